/**
 * The oldest Kubernetes minor version (of 1.x) that a Knative minor version (of 1.x) starts on, as its release notes say
 * and its processes check when they start.
 */
const minimums: Readonly<Record<number, number>> = {
  12: 26,
  13: 27,
  14: 28,
  15: 28,
  16: 29,
  17: 30,
  18: 31,
  19: 32,
  20: 32,
  21: 33,
  22: 34,
};

/** The minor version of Kubernetes 1.x that a version of Knative needs; undefined where this is not known. */
export function kubernetesMinimum(knative: string): number | undefined {
  const minor = /^v?1\.(\d+)(?:\.|$)/.exec(knative)?.[1];
  return minor === undefined ? undefined : minimums[Number(minor)];
}

/** The minor version of Kubernetes 1.x; undefined for what is none. */
export function kubernetesMinor(gitVersion: string): number | undefined {
  const minor = /^v?1\.(\d+)(?:\D|$)/.exec(gitVersion)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
