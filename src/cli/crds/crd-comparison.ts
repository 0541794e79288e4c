import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import { crdDefinitionsFor, type HubUse } from './definitions.ts';

/** How a CustomResourceDefinition of the hub compares with the one of this version. */
export interface CrdComparison {
  readonly name: string;
  readonly state: 'same' | 'differs' | 'notEstablished' | 'missing';
  /** What is wrong, as a part of a sentence. */
  readonly detail: string;
}

/**
 * How the definitions of the hub compare with those of this version. Those for members and for triggers count where the hub
 * has one of them, or where they are asked for; undefined asks for what the hub is used for. Throws KubeError.
 */
export async function compareCrds(
  client: KubeClient,
  use: HubUse | undefined,
  signal: AbortSignal,
): Promise<readonly CrdComparison[]> {
  const compare = (wanted: HubUse): Promise<readonly CrdComparison[]> =>
    Promise.all(
      crdDefinitionsFor(wanted).map(async (ours) =>
        compareCrd(ours, await readCrd(client, ours.metadata.name, signal)),
      ),
    );
  if (use !== undefined) return compare(use);
  const [knative, ...others] = await Promise.all([
    compare('knative'),
    compare('members'),
    compare('triggers'),
  ]);
  const used = others.filter((each) => each.some(({ state }) => state !== 'missing'));
  return [...knative, ...used.flat()];
}

/** The definition as the hub has it; undefined where it has none. Throws KubeError. */
async function readCrd(
  client: KubeClient,
  name: string,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await client.get(resources.customResourceDefinitions, { name }, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

const definitionSchema = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ categories: z.array(z.string()).optional() }),
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        schema: z.object({ openAPIV3Schema: z.unknown() }).optional(),
      }),
    ),
  }),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
    })
    .optional(),
});

/** `ours` is what this version installs; the schema of its version is what counts. */
function compareCrd(ours: KubeObject, live: KubeObject | undefined): CrdComparison {
  const { name } = ours.metadata;
  if (live === undefined) return { name, state: 'missing', detail: 'is not installed' };
  const wanted = definitionSchema.parse(ours).spec.versions[0];
  const found = definitionSchema.safeParse(live).data;
  const established = found?.status?.conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  if (established !== true) return { name, state: 'notEstablished', detail: 'is not established' };
  const served = found?.spec.versions.find((version) => version.name === wanted?.name && version.served);
  if (served === undefined)
    return { name, state: 'differs', detail: `does not serve version ${wanted?.name ?? ''}` };
  if (isOfKeda(found)) return { name, state: 'same', detail: 'is that of KEDA' };
  const same = isDeepStrictEqual(served.schema?.openAPIV3Schema, wanted?.schema?.openAPIV3Schema);
  return same
    ? { name, state: 'same', detail: 'is that of this version' }
    : { name, state: 'differs', detail: 'has the schema of another version' };
}

/** KEDA's own definition has all that is read here; ours are told by their category. */
function isOfKeda(found: z.output<typeof definitionSchema> | undefined): boolean {
  return found?.spec.group === 'keda.sh' && found.spec.names.categories?.includes('wheelwright') !== true;
}
