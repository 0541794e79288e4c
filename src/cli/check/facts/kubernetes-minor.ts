/** The minor version of Kubernetes 1.x; undefined for what is none. */
export function kubernetesMinor(gitVersion: string): number | undefined {
  const minor = /^v?1\.(\d+)(?:\D|$)/.exec(gitVersion)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
