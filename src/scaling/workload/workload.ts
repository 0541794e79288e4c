/** What is scaled: the same name on every member, in a namespace that may differ. */
export interface WorkloadReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The workload of one member as it was last seen there. */
export type Sight =
  /** Nobody has been told anything yet. */
  | { readonly seen: 'nothing' }
  /** The cluster answers, and not with the workload. */
  | { readonly seen: 'failure'; readonly why: string }
  /** The cluster answers that there is none. */
  | { readonly seen: 'absence'; readonly why: string }
  | ({ readonly seen: 'workload' } & Workload);

export interface Workload {
  readonly uid: string;
  /** Of what was read last. */
  readonly resourceVersion: string;
  /** What was last asked for: `spec.replicas`. */
  readonly wanted: number;
  /** How many there are. */
  readonly replicas: number;
  /** How many serve. */
  readonly ready: number;
  /** Why nobody can say how many serve, for the row of the member; those that there are count instead. */
  readonly uncounted?: string | undefined;
  /** The field manager that gave `spec.replicas` its value, where that can be seen. */
  readonly writer?: string | undefined;
  /** When that wrote last, in milliseconds since 1970. */
  readonly writtenAt?: number | undefined;
}

/** The same for all versions of one kind, which lead to the same object. */
export function workloadKey({ apiVersion, kind, namespace, name }: WorkloadReference): string {
  return `${namespace}|${apiVersion.split('/').slice(0, -1).join('/')}/${kind}|${name}`;
}

export const nothingSeen: Sight = { seen: 'nothing' };

/** Only Deployments can be watched with the rights that members give; everything else has its `/scale`. */
export function isDeployment({ apiVersion, kind }: Pick<WorkloadReference, 'apiVersion' | 'kind'>): boolean {
  return kind === 'Deployment' && apiVersion === 'apps/v1';
}

export function absent({ kind, namespace, name }: WorkloadReference): Sight {
  return { seen: 'absence', why: `${kind} '${name}' not found in namespace '${namespace}'` };
}
