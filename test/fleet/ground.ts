/** A cluster that a fleet is played on; the bed's are of this shape. */
export interface Site {
  readonly name: string;
  /** Path of the administrator's kubeconfig file. */
  readonly kubeconfig: string;
  /** `https://host:port` */
  readonly server: string;
  /** PEM; what the server's certificate is signed by. */
  readonly certificateAuthority: string;
}

/** The clusters of a fleet and a place for its files: a bed, or clusters that somebody has. */
export interface Ground {
  readonly directory: string;
  readonly hub: Site;
  readonly spokes: readonly Site[];
  /** The last thing that a fleet does. Idempotent. */
  stop(): Promise<void>;
}
