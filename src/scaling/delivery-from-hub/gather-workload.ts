import { isRecord, type KubeObject } from '../../api/index.ts';
import type { HubReference, HubSight } from './hub-sight.ts';
import { accountReferences, type PodReference, podReferences } from './pod-references.ts';

/** What of the hub goes to members. */
export interface GatheredWorkload {
  readonly workload: KubeObject;
  /** What its pods need. */
  readonly needed: readonly KubeObject[];
  /** What they refer to and does not go along. */
  readonly notes: readonly string[];
}

export type Gathering = {
  /** Everything that has to be followed on the hub to know more. */
  readonly follows: readonly HubReference[];
} & (
  | { readonly state: 'waiting' }
  /** Members keep what they have. */
  | { readonly state: 'held'; readonly why: string }
  | { readonly state: 'gathered'; readonly gathered: GatheredWorkload }
);

/** A token of one cluster is of no use to another one, and of too much use to whoever gets it. */
const tokenType = 'kubernetes.io/service-account-token';

/**
 * The workload with what its pods refer to, as far as the hub has shown that. Where something that pods cannot start
 * without is missing, nothing changes on members: it may be on its way, or deleted by mistake.
 */
export function gatherWorkload(
  reference: HubReference,
  sightOf: (reference: HubReference) => HubSight,
): Gathering {
  const sight = sightOf(reference);
  const follows = [reference];
  if (sight.seen === 'nothing') return { state: 'waiting', follows };
  if (sight.seen === 'failure') return { state: 'held', follows, why: sight.why };
  if (sight.seen === 'absence')
    return { state: 'held', follows, why: `${describe(reference)} is not on the hub` };
  const { object } = sight;
  const template = isRecord(object['spec']) ? object['spec']['template'] : undefined;
  if (!isRecord(template))
    return { state: 'held', follows, why: `${describe(reference)} of the hub has no pod template` };

  const at = (needed: PodReference): HubReference => ({
    apiVersion: 'v1',
    kind: needed.kind,
    namespace: reference.namespace,
    name: needed.name,
  });
  const direct = podReferences(template);
  const lent = direct
    .filter(({ kind }) => kind === 'ServiceAccount')
    .flatMap((account) => {
      const seen = sightOf(at(account));
      return seen.seen === 'object' ? accountReferences(seen.object) : [];
    })
    .filter(({ name }) => !direct.some((known) => known.kind === 'Secret' && known.name === name));
  const references = [...direct, ...lent];
  const needed: KubeObject[] = [];
  const notes: string[] = [];
  let isWaiting = false;
  let held: string | undefined;
  for (const each of references) {
    const seen = sightOf(at(each));
    if (seen.seen === 'nothing') isWaiting = true;
    else if (seen.seen === 'failure') held ??= seen.why;
    else if (seen.seen === 'absence') {
      if (!each.isOptional) held ??= `${describe(at(each))}, which its pods need, is not on the hub`;
    } else if (seen.object['type'] === tokenType)
      notes.push(`${describe(at(each))} is a token of the hub and does not go along`);
    else needed.push(seen.object);
  }
  const all = [...follows, ...references.map(at)];
  if (isWaiting) return { state: 'waiting', follows: all };
  if (held !== undefined) return { state: 'held', follows: all, why: held };
  return { state: 'gathered', follows: all, gathered: { workload: object, needed, notes } };
}

function describe({ kind, namespace, name }: HubReference): string {
  return `${kind} ${namespace}/${name}`;
}
