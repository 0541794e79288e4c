/** One line of two texts: in both, only in the one before, or only in the one after. */
export interface LineEdit {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The fewest lines to take away and to add, in the order of the texts, by Myers' algorithm in linear space (An O(ND)
 * Difference Algorithm, 1986, 4b). Node's own `util.diff` keeps its state for every edit: that is gigabytes for two
 * definitions of kinds that have little in common.
 */
export function lineEdits(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
  const edits: LineEdit[] = [];
  let [a, b] = [0, 0];
  for (const [inBefore, inAfter] of [...commonLines(before, after), [before.length, after.length] as const]) {
    for (const text of before.slice(a, inBefore)) edits.push({ sign: '-', text });
    for (const text of after.slice(b, inAfter)) edits.push({ sign: '+', text });
    const text = before[inBefore];
    if (text !== undefined) edits.push({ sign: ' ', text });
    [a, b] = [inBefore + 1, inAfter + 1];
  }
  return edits;
}

/** Places of one line in both texts. */
type Pair = readonly [before: number, after: number];

/** A longest list of lines that both texts have in the same order. */
function commonLines(before: readonly string[], after: readonly string[]): readonly Pair[] {
  // A line that the other text has nowhere is an edit in any case, and only takes time.
  const a = placesOf(before, new Set(after));
  const b = placesOf(after, new Set(before));
  const pairs: Pair[] = [];
  match(
    { lines: a.map((place) => before[place] ?? ''), from: 0, to: a.length },
    { lines: b.map((place) => after[place] ?? ''), from: 0, to: b.length },
    pairs,
  );
  return pairs.map(([x, y]) => [a[x] ?? 0, b[y] ?? 0]);
}

function placesOf(lines: readonly string[], others: ReadonlySet<string>): readonly number[] {
  return [...lines.keys()].filter((place) => others.has(lines[place] ?? ''));
}

/** Lines of a text, the last one excluded. */
interface Range {
  readonly lines: readonly string[];
  readonly from: number;
  readonly to: number;
}

function match(a: Range, b: Range, pairs: Pair[]): void {
  let [aFrom, bFrom, aTo, bTo] = [a.from, b.from, a.to, b.to];
  while (aFrom < aTo && bFrom < bTo && a.lines[aFrom] === b.lines[bFrom]) pairs.push([aFrom++, bFrom++]);
  while (aFrom < aTo && bFrom < bTo && a.lines[aTo - 1] === b.lines[bTo - 1]) {
    aTo--;
    bTo--;
  }
  if (aFrom < aTo && bFrom < bTo) {
    const [x, y] = middle({ ...a, from: aFrom, to: aTo }, { ...b, from: bFrom, to: bTo });
    match({ ...a, from: aFrom, to: aFrom + x }, { ...b, from: bFrom, to: bFrom + y }, pairs);
    match({ ...a, from: aFrom + x, to: aTo }, { ...b, from: bFrom + y, to: bTo }, pairs);
  }
  while (aTo < a.to) pairs.push([aTo++, bTo++]);
}

/**
 * Where a shortest path of edits is half done, as lines of each range. The ranges begin and end with different lines, so
 * that there are at least two edits, and at least one on either side.
 */
function middle(a: Range, b: Range): readonly [x: number, y: number] {
  const [n, m] = [a.to - a.from, b.to - b.from];
  const delta = n - m;
  const most = Math.ceil((n + m) / 2);
  // How far paths come on each diagonal k = x - y, from the beginning and from the end.
  const forward = new Int32Array(2 * most + 3);
  const backward = new Int32Array(2 * most + 3);
  const at = (k: number): number => k + most + 1;
  for (let d = 0; d <= most; d++) {
    for (let k = -d; k <= d; k += 2) {
      let x = furthest(forward, at(k), k, d);
      while (x < n && x - k < m && a.lines[a.from + x] === b.lines[b.from + x - k]) x++;
      forward[at(k)] = x;
      const other = delta - k;
      const met = delta % 2 !== 0 && Math.abs(other) < d && x + (backward[at(other)] ?? 0) >= n;
      if (met) return [x, x - k];
    }
    for (let k = -d; k <= d; k += 2) {
      let x = furthest(backward, at(k), k, d);
      while (x < n && x - k < m && a.lines[a.to - 1 - x] === b.lines[b.to - 1 - x + k]) x++;
      backward[at(k)] = x;
      const other = delta - k;
      const met = delta % 2 === 0 && Math.abs(other) <= d && x + (forward[at(other)] ?? 0) >= n;
      if (met) return [n - x, m - (x - k)];
    }
  }
  throw new Error('two paths over one grid always meet');
}

/** By one more edit than the neighbours needed: down from the diagonal above, or right from the one below. */
function furthest(reached: Int32Array, index: number, k: number, d: number): number {
  const [left, right] = [reached[index - 1] ?? 0, reached[index + 1] ?? 0];
  return k === -d || (k !== d && left < right) ? right : left + 1;
}
