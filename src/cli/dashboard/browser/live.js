/** Keeps the page true while it is looked at. Without it the page is as it was when it was loaded. */

const connection = document.querySelector('#connection');
const said = document.querySelector('#news');
const filter = document.querySelector('#filter');
/** Errors have no place for it, and what is still needs none. */
const isLive = connection !== null && document.querySelector('main[data-still]') === null;

/** The stream of news; undefined while nobody looks. */
let stream;

function connect() {
  stream?.close();
  if (!isLive) return;
  const at = location.pathname + location.search;
  stream = new EventSource(`/news?at=${encodeURIComponent(at)}`);
  stream.addEventListener('open', () => tell('live', 'Live'));
  stream.addEventListener('message', ({ data }) => show(JSON.parse(data)));
  stream.addEventListener('error', () => {
    if (stream?.readyState === EventSource.CLOSED)
      tell('lost', 'Not live: the dashboard has ended, or too many of its pages are open');
    // The browser tries again and again; said is when it began.
    else if (connection.dataset.state !== 'lost') tell('lost', `Not live since ${clockTime()}`);
  });
}

function tell(state, text) {
  connection.dataset.state = state;
  if (connection.textContent !== text) connection.textContent = text;
}

function show({ title, main, said: words }) {
  const next = new DOMParser().parseFromString(main, 'text/html').querySelector('main');
  const focused = document.activeElement;
  morph(document.querySelector('main'), next);
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  document.title = title;
  if (words !== '') said.textContent = words;
  grow();
}

/** Makes an element equal to another one and keeps what is the same, so that neither focus nor a selection is lost. */
function morph(element, wanted) {
  for (const { name } of Array.from(element.attributes))
    if (name !== 'open' && !wanted.hasAttribute(name)) element.removeAttribute(name);
  // What a person has opened stays open.
  for (const { name, value } of wanted.attributes)
    if (name !== 'open' && element.getAttribute(name) !== value) element.setAttribute(name, value);
  const keys = new Set(Array.from(wanted.children, keyOf));
  const keyed = new Map();
  for (const child of Array.from(element.children)) {
    const key = keyOf(child);
    if (key === undefined) continue;
    // Before the others are looked at, so that none of those has to move: what moves loses the focus.
    if (keys.has(key)) keyed.set(key, child);
    else child.remove();
  }
  let place = element.firstChild;
  for (const child of Array.from(wanted.childNodes)) {
    const key = keyOf(child);
    const old = key === undefined ? place : keyed.get(key);
    if (old && isLike(old, child)) {
      if (old === place) place = place.nextSibling;
      else element.insertBefore(old, place);
      if (old.nodeType === Node.ELEMENT_NODE) morph(old, child);
      else if (old.data !== child.data) old.data = child.data;
    } else element.insertBefore(document.adoptNode(child), place);
  }
  while (place) {
    const { nextSibling } = place;
    place.remove();
    place = nextSibling;
  }
}

/** What stays the same for a part of the page; undefined for parts that are told apart by their order. */
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return undefined;
  return (
    node.id ||
    node.dataset.key ||
    node.getAttribute('aria-labelledby') ||
    node.getAttribute('aria-label') ||
    undefined
  );
}

function isLike(old, node) {
  return old.nodeName === node.nodeName && keyOf(old) === keyOf(node);
}

/** Ages grow while nothing changes. */
function grow() {
  for (const time of document.querySelectorAll('time[data-age]')) {
    const text = duration(Date.now() - Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

/** As the server writes it, and kubectl. */
function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  return two(Math.floor(days / 365), 'y', days % 365, 'd');
}

function two(large, largeUnit, small, smallUnit) {
  return `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`;
}

function clockTime() {
  return new Date().toLocaleTimeString();
}

/** The filter works as it is typed; the address follows, so that it can be kept. */
let typing;
filter?.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const query = new URLSearchParams(filter.value === '' ? {} : { q: filter.value }).toString();
    history.replaceState(null, '', query === '' ? '/' : `/?${query}`);
    connect();
  }, 200);
});

/** A browser has few connections to one host: pages that nobody sees keep none. */
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
  } else connect();
});

setInterval(() => {
  if (!document.hidden) grow();
}, 1_000);

if (!document.hidden) connect();
