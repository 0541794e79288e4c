/** URL keeps the brackets of IPv6 addresses; sockets want them without. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
