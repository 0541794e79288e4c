/** What proves to an API server who is calling. A token goes into the Authorization header, a certificate into TLS. */
export interface Credential {
  readonly token?: string | undefined;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  /** PEM texts. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Milliseconds since the epoch; absent where nobody knows. */
  readonly expiresAt?: number | undefined;
}

/** Gives credentials to clients, which ask before every request. Whoever made it closes it; a client only uses it. */
export interface CredentialSource {
  /**
   * The credential to use now; quick while one is cached. Throws what hinders it, or the signal's reason.
   * The same object is returned until there is a new credential.
   */
  get(signal: AbortSignal): Promise<Credential>;
  /** The server answered 401 to `refused`: if it is still the current one, the next `get` fetches anew. */
  invalidate(refused: Credential): void;
  /** Ends timers, watches and processes. Idempotent. */
  close(): void;
}

/** A credential that never changes: client certificates and tokens written into a kubeconfig. */
export function fixedCredential(credential: Credential): CredentialSource {
  return { get: async () => credential, invalidate: () => undefined, close: () => undefined };
}
