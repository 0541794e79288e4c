/**
 * Semantic versions by the rules of golang.org/x/mod/semver, which Knative's release names follow: a leading `v`,
 * minor and patch may be absent, no leading zeros, build metadata is ignored, and what is no version at all sorts
 * below every version.
 */
interface Version {
  readonly numbers: readonly [major: string, minor: string, patch: string];
  readonly prerelease: readonly string[];
}

const number = '(?:0|[1-9][0-9]*)';
const identifier = '[0-9A-Za-z-]+';
const identifiers = `${identifier}(?:\\.${identifier})*`;
const pattern = new RegExp(
  `^v(${number})(?:\\.(${number})(?:\\.(${number})(?:-(${identifiers}))?(?:\\+${identifiers})?)?)?$`,
);

export function isVersion(text: string): boolean {
  return parse(text) !== undefined;
}

/** The form that this file works with: `1.22.1` and `v1.22.1` both as `v1.22.1`. */
export function withLeadingV(text: string): string {
  return text.startsWith('v') ? text : `v${text}`;
}

/** `v1` or ''. */
export function major(text: string): string {
  const version = parse(text);
  return version === undefined ? '' : `v${version.numbers[0]}`;
}

/** `v1.22`, also of `v1` (`v1.0`); '' of what is no version. */
export function majorMinor(text: string): string {
  const version = parse(text);
  return version === undefined ? '' : `v${version.numbers[0]}.${version.numbers[1]}`;
}

/** Below 0 where `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined)
    return Number(left !== undefined) - Number(right !== undefined);
  for (const [index, mine] of left.numbers.entries()) {
    const order = compareNumbers(mine, right.numbers[index] ?? '0');
    if (order !== 0) return order;
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

function parse(text: string): Version | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor, patch = '0', prerelease] = match;
  const parts = prerelease === undefined ? [] : prerelease.split('.');
  if (parts.some((part) => /^0[0-9]+$/.test(part))) return undefined;
  return {
    numbers: [major, minor ?? '0', patch],
    prerelease: parts,
  };
}

/** Decimal texts without leading zeros compare by length first; so no number is too long. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Semantic Versioning 2.0.0, item 11: a pre-release is older than its release; numbers are older than words. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  for (const [index, mine] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(mine, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const aIsNumber = /^[0-9]+$/.test(a);
  const bIsNumber = /^[0-9]+$/.test(b);
  if (aIsNumber && bIsNumber) return compareNumbers(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
