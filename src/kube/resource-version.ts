/** Versions grow as numbers (KEP-5504); one that is no number is taken for the newest. */
export function isOlder(version: string, than: string): boolean {
  const bothNumbers = /^\d+$/.test(version) && /^\d+$/.test(than);
  return bothNumbers && BigInt(version) < BigInt(than);
}
