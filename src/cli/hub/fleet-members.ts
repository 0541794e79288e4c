import * as z from 'zod';
import type { KubeObject } from '../../api/index.ts';
import { drainedAliases, readMark, withoutMark } from '../../clusters/index.ts';
import { type KubeClient, resources } from '../../kube/index.ts';
import { lenient } from './lenient.ts';
import { listIfServed } from './list-if-served.ts';

/** A member as the operator tells it in the status of its KedifyConfiguration. */
export interface FleetMember {
  /** Its alias, or its canonical id where another member owns that. */
  readonly name: string;
  /** As the status has it: canonical, or what its provider calls it. */
  readonly id: string | undefined;
  /** `Ready`, `NotReady`, `Unknown`; undefined where nothing is said. */
  readonly state: string | undefined;
  readonly provider: string | undefined;
  readonly info: string | undefined;
  /** The mark of the kubeconfig that state and info are about; undefined where they are about none in particular. */
  readonly credential: string | undefined;
  /** Somebody asked to move everything away, as far as the KedifyConfiguration tells; Secrets and profiles are not read. */
  readonly isDrained: boolean;
  readonly configuration: { readonly namespace: string; readonly name: string };
}

/** As the operator says it of members whose Secret or profile asks for it. */
const drainedSentence = /\bIt is drained\./;

const text = lenient(z.string().min(1));
const schema = z.object({
  status: lenient(
    z.object({
      multiClusterStatus: lenient(
        z.object({
          clusters: lenient(
            z.record(z.string(), z.object({ id: text, state: text, provider: text, info: text }).catch({})),
          ),
          unread: lenient(z.record(z.string(), z.string())),
        }),
      ),
    }),
  ),
});

/** The members that an object tells of, by name; undefined where it tells of none at all, as before the operator's first word. */
export function membersOf(configuration: KubeObject): readonly FleetMember[] | undefined {
  const { namespace = '', name, annotations } = configuration.metadata;
  const clusters = schema.safeParse(configuration).data?.status?.multiClusterStatus?.clusters;
  if (clusters === undefined) return undefined;
  const drained = drainedAliases(annotations);
  return Object.entries(clusters)
    .map(([key, { id, state, provider, info }]) => ({
      name: key,
      id,
      state,
      provider,
      info: info === undefined ? undefined : withoutMark(info),
      credential: readMark(info),
      isDrained: drained.has(key) || saysDrained({ info }),
      configuration: { namespace, name },
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where members come from that the operator could not read so far. */
export interface UnreadSource {
  readonly provider: string;
  /** What hinders it, in a sentence. */
  readonly why: string;
}

export function unreadSources(configuration: KubeObject): readonly UnreadSource[] {
  const unread = schema.safeParse(configuration).data?.status?.multiClusterStatus?.unread ?? {};
  return Object.entries(unread).map(([provider, why]) => ({ provider, why }));
}

/** Whether the operator has taken notice that everything is to be moved away. */
export function saysDrained({ info }: Pick<FleetMember, 'info'>): boolean {
  return drainedSentence.test(info ?? '');
}

/** `provider#local`, from what the status has; undefined where it does not say. */
export function canonicalId({ id, provider }: Pick<FleetMember, 'id' | 'provider'>): string | undefined {
  if (id === undefined || id.includes('#')) return id;
  return provider === undefined ? undefined : `${provider}#${id}`;
}

/** Those of all namespaces; none on a hub that does not know such members. Throws KubeError. */
export async function readAllFleetMembers(
  client: KubeClient,
  signal: AbortSignal,
): Promise<readonly FleetMember[]> {
  return ((await listIfServed(client, resources.kedifyConfigurations, { signal })) ?? []).flatMap(
    (object) => membersOf(object) ?? [],
  );
}

/** As `readFleet`, without what is not known. */
export async function readFleetMembers(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly FleetMember[]> {
  return (await readFleet(client, namespace, signal)).members;
}

/** Those of the first KedifyConfiguration of the namespace that tells of any, and what hinders others. Throws KubeError. */
export async function readFleet(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly members: readonly FleetMember[]; readonly unread: readonly UnreadSource[] }> {
  const resource = await client.resourceFor(resources.kedifyConfigurations, { signal });
  const { items } = await client.list(resource, { namespace, signal });
  return {
    members: items.map(membersOf).find((members) => members !== undefined) ?? [],
    unread: items.flatMap(unreadSources),
  };
}
