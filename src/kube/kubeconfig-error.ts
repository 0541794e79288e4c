/** Why a kubeconfig cannot be used; stable strings, shown in conditions and metrics. */
export type KubeconfigErrorKind = 'ConfigInvalid' | 'PolicyDenied' | 'Unreadable';

/** Names the file or Secret, the field, and what must change; never a token, key or password. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly kind: KubeconfigErrorKind;
  /** What cannot be used: `kubeconfig /path`, `kubeconfig in Secret namespace/name`, `token file /path`. */
  readonly source: string;

  constructor(kind: KubeconfigErrorKind, source: string, problem: string, options?: ErrorOptions) {
    super(`cannot use ${source}: ${problem}`, options);
    this.kind = kind;
    this.source = source;
  }
}
