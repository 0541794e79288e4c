/** What is wrong with a value, as the end of a sentence that begins with the field: `must be …`. */
export interface Refusal {
  readonly problem: string;
}

export interface ServerAddress {
  /** `https://host:port/prefix` without a trailing slash and without the scheme's default port. */
  readonly server: string;
  readonly scheme: 'https' | 'http';
  /** Lower case, without the brackets of IPv6 and without a trailing dot. */
  readonly host: string;
}

const longestUrl = 2048;

/**
 * Reads the `server` of a kubeconfig cluster, which is also that of a ClusterProfile. A path prefix is kept, because
 * proxies and gateways put many API servers behind one host. Whether http may be used is the caller's decision.
 */
export function parseServerAddress(text: string): ServerAddress | Refusal {
  if (text.length > longestUrl) return { problem: `must not be longer than ${longestUrl} characters` };
  const url = parseUrl(text);
  if (url === undefined)
    return { problem: `must be a URL like https://host:6443/prefix, not ${quoted(text)}` };
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: `must begin with https://, not with ${url.protocol}` };
  if (hasUserinfo(url)) return { problem: 'must not contain a user name or password' };
  if (text.includes('?')) return { problem: `must not have a query, like the one after ${quoted(text)}` };
  if (text.includes('#')) return { problem: `must not have a fragment, like the one after ${quoted(text)}` };
  return {
    server: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`,
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    host: hostOf(url),
  };
}

export interface ProxyAddress {
  /** As given, a user and password included. */
  readonly proxyUrl: string;
  readonly host: string;
}

export function parseProxyUrl(text: string): ProxyAddress | Refusal {
  if (text.length > longestUrl) return { problem: `must not be longer than ${longestUrl} characters` };
  const url = parseUrl(text);
  if (url === undefined || url.hostname === '') return { problem: 'must be a URL like http://proxy:3128' };
  if (!['http:', 'https:', 'socks5:'].includes(url.protocol))
    return { problem: `must begin with http://, https:// or socks5://, not with ${url.protocol}` };
  return { proxyUrl: text, host: hostOf(url) };
}

/** For whatever leaves this process: logs, messages, and the environment of plugins. */
export function withoutUserinfo(proxyUrl: string): string {
  const url = new URL(proxyUrl);
  url.username = '';
  url.password = '';
  return url.pathname === '/' ? url.href.replace(/\/$/, '') : url.href;
}

function parseUrl(text: string): URL | undefined {
  return /\s/.test(text) ? undefined : (URL.parse(text) ?? undefined);
}

function hasUserinfo(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

function hostOf(url: URL): string {
  return url.hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

/**
 * The value for an error message, without query and fragment, which may be tokens, and not at all where something in it
 * looks like a user name with a password.
 */
function quoted(text: string): string {
  return text.includes('@') ? 'the one given' : `'${text.replace(/[?#].*/s, '').slice(0, 100)}'`;
}
