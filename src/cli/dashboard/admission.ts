import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request says of itself. */
export interface Caller {
  readonly method: string;
  /** The header, not where it was sent. */
  readonly host: string | undefined;
  readonly cookie: string | undefined;
  /** Path and query. */
  readonly address: string;
}

/** Who is let in. */
export interface Lock {
  readonly port: number;
  /** Only whoever started the dashboard knows it. */
  readonly token: string;
}

export type Admission =
  /** It knows the token. */
  | { readonly kind: 'admitted' }
  /** It brings the token in its address, and is to come back with the cookie to this address. */
  | { readonly kind: 'welcome'; readonly cookie: string; readonly address: string }
  | { readonly kind: 'refused'; readonly status: 401 | 405 | 421; readonly reason: string };

/**
 * Whether a request is answered. Other users of this machine reach its loopback addresses as well, and a page of anybody
 * can have a browser do so, even under a name of its own that it lets resolve to them: hence the token and the names.
 */
export function admit({ method, host, cookie, address }: Caller, { port, token }: Lock): Admission {
  if (!namesOf(port).has(host?.toLowerCase() ?? ''))
    return refused(421, 'This is not the host that the dashboard is served under.');
  if (method !== 'GET' && method !== 'HEAD') return refused(405, 'The dashboard is read only.');
  if (cookieValues(cookie, cookieName(port)).some((value) => isSame(value, token)))
    return { kind: 'admitted' };
  const [path = '', query = ''] = address.split('?', 2);
  const parameters = new URLSearchParams(query);
  const given = parameters.get(tokenParameter);
  if (given === null || !isSame(given, token))
    return refused(401, 'Open the address that the command printed; it has a token in it.');
  parameters.delete(tokenParameter);
  return {
    kind: 'welcome',
    cookie: `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`,
    address: parameters.size === 0 ? ownPath(path) : `${ownPath(path)}?${parameters.toString()}`,
  };
}

export const tokenParameter = 'token';

/** Two slashes would lead to another host. */
function ownPath(path: string): string {
  return /^\/(?![/\\])/.test(path) ? path : '/';
}

/** Cookies are not told apart by port, so that their names have it. */
function cookieName(port: number): string {
  return `wheelwright-${port}`;
}

/** Those that only lead to this machine, whatever DNS says. */
function namesOf(port: number): ReadonlySet<string> {
  return new Set(['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`));
}

function cookieValues(header: string | undefined, name: string): readonly string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=', 2);
    return key.trim() === name ? [value.trim()] : [];
  });
}

/** In the same time, whatever they have in common. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refused(status: 401 | 405 | 421, reason: string): Admission {
  return { kind: 'refused', status, reason };
}
