import type { KubeObject, OwnerReference } from '../api/index.ts';
import { microTime } from './micro-time.ts';

/** A coordination.k8s.io/v1 Lease, as far as leader election reads it. */
export interface LeaseRecord {
  /** Empty after a release. */
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
  /** Changes with every acquisition, renewal and release, and with nothing else. */
  readonly beat: string;
  /** A replica that holds fewer leases asks for this one. */
  readonly claim: Claim | undefined;
  /** Who the last holder gave it up for. */
  readonly heir: string | undefined;
}

export interface Claim {
  readonly identity: string;
  /** How many leases it holds, counting those it has claimed. */
  readonly held: number;
}

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  readonly leaseTransitions?: number | null;
}

const claimAnnotation = 'wheelwright.dev/lease-claim';
const heirAnnotation = 'wheelwright.dev/lease-heir';

export function leaseRecord(lease: KubeObject): LeaseRecord {
  const spec = specOf(lease);
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions } = spec;
  const annotations = lease.metadata.annotations ?? {};
  return {
    holder: holderIdentity ?? '',
    durationMs: (leaseDurationSeconds ?? 0) * 1000,
    transitions: leaseTransitions ?? 0,
    beat: JSON.stringify([lease.metadata.uid, holderIdentity, acquireTime, renewTime, leaseTransitions]),
    claim: parseClaim(annotations[claimAnnotation]),
    heir: annotations[heirAnnotation],
  };
}

export interface Holding {
  readonly identity: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface NewLease {
  readonly namespace: string;
  readonly name: string;
  /** In the same namespace: where that is gone, so is the lease. */
  readonly owner?: OwnerReference | undefined;
}

/** The lease as its new holder writes it, on top of what is there, if anything. */
export function acquiredLease(
  { namespace, name, owner }: NewLease,
  current: KubeObject | undefined,
  holding: Holding,
): KubeObject {
  const before = current === undefined ? undefined : leaseRecord(current);
  const changed = before !== undefined && before.holder !== holding.identity;
  const spec: LeaseSpec = {
    ...held(holding),
    acquireTime: microTime(holding.now),
    leaseTransitions: (before?.transitions ?? 0) + (changed ? 1 : 0),
  };
  if (current !== undefined) return withoutNotes(current, spec);
  const metadata = { namespace, name, ...(owner === undefined ? {} : { ownerReferences: [owner] }) };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

/** The lease as its holder writes it to go on holding it; a claim is thereby turned down. */
export function renewedLease(current: KubeObject, holding: Holding): KubeObject {
  return withoutNotes(current, { ...specOf(current), ...held(holding) });
}

/** The lease as its holder writes it to end holding it, for whoever is first or for `heir`. */
export function releasedLease(current: KubeObject, now: number, heir?: string): KubeObject {
  const time = microTime(now);
  const released = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time };
  const lease = withoutNotes(current, { ...specOf(current), ...released });
  return heir === undefined ? lease : annotated(lease, heirAnnotation, heir);
}

/** The lease as somebody else writes it to ask for it. */
export function claimedLease(current: KubeObject, { identity, held }: Claim): KubeObject {
  return annotated(current, claimAnnotation, `${held} ${identity}`);
}

function specOf(lease: KubeObject): LeaseSpec {
  return lease['spec'] ?? {};
}

function held({ identity, durationMs, now }: Holding): LeaseSpec {
  // Rounded up: others may wait longer than needed, never less.
  const leaseDurationSeconds = Math.ceil(durationMs / 1000);
  return { holderIdentity: identity, leaseDurationSeconds, renewTime: microTime(now) };
}

function parseClaim(text: string | undefined): Claim | undefined {
  const match = /^(\d{1,3}) (.+)$/.exec(text ?? '');
  return match === null ? undefined : { held: Number(match[1]), identity: match[2] ?? '' };
}

function annotated(lease: KubeObject, annotation: string, value: string): KubeObject {
  const annotations = { ...lease.metadata.annotations, [annotation]: value };
  return { ...lease, metadata: { ...lease.metadata, annotations } };
}

function withoutNotes(lease: KubeObject, spec: LeaseSpec): KubeObject {
  const {
    [claimAnnotation]: _claim,
    [heirAnnotation]: _heir,
    ...annotations
  } = lease.metadata.annotations ?? {};
  return { ...lease, metadata: { ...lease.metadata, annotations }, spec };
}
