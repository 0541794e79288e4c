/**
 * The oldest Kubernetes that a minor version of Knative is made for, as its release notes say; its programs ask for it
 * when they start (knative.dev/pkg/version). Of a release that is not here nothing older than the one before is enough.
 */
export const kubernetesMinimums: readonly (readonly [knative: string, kubernetes: string])[] = [
  ['1.12', '1.26'],
  ['1.13', '1.27'],
  ['1.14', '1.28'],
  ['1.16', '1.29'],
  ['1.17', '1.30'],
  ['1.18', '1.31'],
  ['1.19', '1.32'],
  ['1.21', '1.33'],
  ['1.22', '1.34'],
];

/** `1.34` for `1.22.1`, and for `latest` the newest known; undefined where nobody knows. */
export function kubernetesMinimum(knativeVersion: string): string | undefined {
  const wanted = knativeVersion.toLowerCase() === 'latest' ? [Infinity] : numbersOf(knativeVersion);
  if (wanted === undefined) return undefined;
  return kubernetesMinimums.findLast(([knative]) => isAtLeast(wanted, numbersOf(knative) ?? []))?.[1];
}

/** Versions as API servers tell them, such as `v1.33.2-eks-4b1d3d`. What cannot be read is never too old. */
export function isKubernetesTooOld(serverVersion: string, minimum: string): boolean {
  const [has, needs] = [numbersOf(serverVersion), numbersOf(minimum)];
  return has !== undefined && needs !== undefined && !isAtLeast(has, needs);
}

function isAtLeast(has: readonly number[], needs: readonly number[]): boolean {
  const [mine, theirs] = [0, 1, 2]
    .map((index): readonly [number, number] => [has[index] ?? 0, needs[index] ?? 0])
    .find(([a, b]) => a !== b) ?? [0, 0];
  return mine >= theirs;
}

/** Major, minor and patch. A pre-release counts as what it becomes, as it does for Knative. */
function numbersOf(version: string): readonly number[] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return match === null ? undefined : match.slice(1).map((part) => Number(part ?? 0));
}
