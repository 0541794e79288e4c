import * as z from 'zod';
import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, resources } from '../../kube/index.ts';

/** A Lease that says which replica of the operator works on a part of the objects. */
export interface OperatorLease {
  readonly namespace: string;
  readonly name: string;
  /** Empty where it was given up. */
  readonly holder: string;
  /** RFC 3339. */
  readonly renewedAt: string | undefined;
  readonly durationMs: number;
}

/** The operator writes as this one. */
export const operatorFieldManager = 'wheelwright';

/** Those of the reference operator, so that the two never work at the same time; `00-of-01` is bucket and total. */
const leaseName =
  /^knative-operator\.knative\.dev\.operator\.pkg\.reconciler\.(?<kind>knative\w+)\.reconciler\.\d+-of-(?<total>\d+)$/;
/** Clocks of the hub and of this machine differ a little. */
const toleranceMs = 5_000;

/** The Leases of the operator that are in use; those of an earlier number of buckets stay behind and mean nothing. */
export async function readOperatorLeases(
  client: KubeClient,
  signal: AbortSignal,
): Promise<readonly OperatorLease[]> {
  const { items } = await client.list(resources.leases, { resourceVersion: '0', signal });
  return leasesInUse(items.filter(({ metadata }) => leaseName.test(metadata.name)).map(operatorLease));
}

/** Where the operator is, as far as its Leases tell; else where the user of the command line works. */
export function operatorNamespace(
  leases: readonly OperatorLease[] | undefined,
  contextNamespace: string | undefined,
): string {
  return leases?.[0]?.namespace ?? contextNamespace ?? 'default';
}

/** The version that the operator's Deployment says in its labels; undefined where there is none, or it says nothing. */
export async function readOperatorVersion(
  client: KubeClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { items } = await client.list(resources.deployments, {
    labelSelector: 'app.kubernetes.io/name=wheelwright',
    metadataOnly: true,
    resourceVersion: '0',
    signal,
  });
  return items[0]?.metadata.labels?.['app.kubernetes.io/version'];
}

/** Whether somebody holds the Lease and has renewed it in time. `now` is milliseconds since the epoch. */
export function isHeld({ holder, renewedAt, durationMs }: OperatorLease, now: number): boolean {
  return holder !== '' && Date.parse(renewedAt ?? '') + durationMs + toleranceMs >= now;
}

/** The replicas that hold Leases now; one may hold several. */
export function holdersOf(leases: readonly OperatorLease[], now: number): readonly string[] {
  return [...new Set(leases.filter((lease) => isHeld(lease, now)).map(({ holder }) => holder))].toSorted();
}

export function leasesInUse(leases: readonly OperatorLease[]): readonly OperatorLease[] {
  const newest = leases.toSorted((a, b) => (a.renewedAt ?? '').localeCompare(b.renewedAt ?? ''));
  const totals = new Map(newest.map(({ name }) => [kindOf(name), totalOf(name)]));
  return leases
    .filter(({ name }) => totals.get(kindOf(name)) === totalOf(name))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

const leaseSchema = z.looseObject({
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
    })
    .nullish(),
});

function operatorLease(object: KubeObject): OperatorLease {
  const spec = leaseSchema.safeParse(object).data?.spec;
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    holder: spec?.holderIdentity ?? '',
    renewedAt: spec?.renewTime ?? undefined,
    durationMs: (spec?.leaseDurationSeconds ?? 0) * 1000,
  };
}

function kindOf(name: string): string {
  return leaseName.exec(name)?.groups?.['kind'] ?? name;
}

function totalOf(name: string): string {
  return leaseName.exec(name)?.groups?.['total'] ?? '';
}
