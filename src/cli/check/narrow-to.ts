import { type Answer, answered, valueOf } from '../hub/answer.ts';
import { canonicalId } from '../hub/fleet-members.ts';
import { isAbout } from '../hub/scaled-object.ts';
import { hubName } from '../status/installation.ts';
import { type ObjectName, parseObjectName, selectObject } from '../status/select-object.ts';
import { CliError } from '../failure/cli-error.ts';
import type { HubCheck } from './check.ts';
import type { HubFacts } from './facts/hub-facts.ts';
import type { ScalingFacts } from './facts/scaling-facts.ts';

/** What is to be looked at, of all that there is. */
export interface Narrowed {
  readonly facts: HubFacts;
  readonly hub: readonly HubCheck[];
  /** The one cluster, or member; undefined: all of the facts. */
  readonly on: string | undefined;
  /** Of that cluster, or of the operator. */
  readonly namespace: string | undefined;
}

export interface Wide {
  readonly facts: HubFacts;
  readonly hub: readonly HubCheck[];
  /** Of the call, else of the context. */
  readonly namespace: string | undefined;
  readonly contextNamespace: string | undefined;
}

const everywhere = { on: undefined, namespace: undefined };

/**
 * What matters to one object, `TYPE/NAME`: the cluster that it is installed on, or its members and what is said of its
 * scaling on the hub. Throws CliError where there is no such object, or nobody can say.
 */
export function narrowTo(text: string, { facts, hub, namespace, contextNamespace }: Wide): Narrowed {
  const named = parseObjectName(text);
  const wanted: ObjectName = { ...named, namespace: named.namespace ?? namespace };
  switch (wanted.type) {
    case 'cluster':
      return { facts, hub: [], on: wanted.name, namespace: wanted.namespace };
    case 'member':
      return { facts, hub: [], on: `member/${wanted.name}`, namespace: wanted.namespace };
    case 'dso': {
      const scaling = known(facts.scaling, text);
      const object = selectObject(scaling?.objects ?? [], wanted, contextNamespace);
      const own = scaling === undefined ? undefined : ofObject(scaling, object);
      const keys = new Set((own?.members ?? []).map((member) => canonicalId(member)));
      const profiles = valueOf(facts.profiles)?.filter(({ key }) => keys.has(`clusterprofile#${key}`)) ?? [];
      return {
        facts: { ...facts, scaling: answered(own), profiles: answered(profiles) },
        hub: hub.filter(({ code }) => code.startsWith('WW4')),
        ...everywhere,
      };
    }
    case 'serving':
    case 'eventing': {
      const all = known(facts.installations, text).filter(({ type }) => type === wanted.type);
      const one = selectObject(all, wanted, contextNamespace);
      const own = { ...facts, installations: answered([one]), scaling: answered(undefined) };
      if (one.cluster !== hubName) return { facts: own, hub: [], ...everywhere, on: one.cluster };
      return {
        facts: { ...own, profiles: answered([]) },
        hub: hub.filter(({ code }) => code.startsWith('WW1')),
        ...everywhere,
      };
    }
  }
}

function ofObject(scaling: ScalingFacts, object: ScalingFacts['objects'][number]): ScalingFacts {
  const { keda, members, triggerObjects } = scaling;
  const key = `${object.namespace}/${object.name}`;
  const ofKeda = valueOf(keda);
  return {
    ...scaling,
    objects: [object],
    members: members.filter((member) => object.rows.some((row) => isAbout(row, member))),
    keda:
      ofKeda === undefined
        ? keda
        : answered({ ...ofKeda, children: ofKeda.children.filter((child) => child.key === key) }),
    triggerObjects:
      triggerObjects.state === 'answered'
        ? answered(triggerObjects.value.filter((one) => one.object === key))
        : triggerObjects,
  };
}

function known<T>(answer: Answer<T>, what: string): T {
  if (answer.state === 'answered') return answer.value;
  throw unknowable(what, answer);
}

/** Why nobody can say whether there is such a thing. */
export function unknowable(what: string, answer: Answer<unknown>): Error {
  if (answer.state === 'failed') return answer.error;
  return new CliError({
    problem: `Cannot look for ${what}.`,
    cause: answer.state === 'notAsked' ? `it needs ${answer.needs}` : undefined,
    code: 'WW1104',
    exit: 'unreachable',
  });
}
