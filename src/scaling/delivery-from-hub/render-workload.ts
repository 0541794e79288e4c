import { isRecord, type KubeObject } from '../../api/index.ts';
import { asRendered, contentHash, type DeliverySet } from '../../delivery/index.ts';
import type { GatheredWorkload } from './gather-workload.ts';

/** On everything that an object delivers; a label of its own for each, because several may deliver the same Secret. */
export function deliveredLabel(name: string): string {
  return `distributedscaledobject.wheelwright.dev/${name}`;
}

/** What goes to one namespace, but for the number of replicas. */
export interface RenderedWorkload {
  readonly workload: KubeObject;
  readonly needed: readonly KubeObject[];
  readonly namespace: string;
  readonly hash: string;
  readonly selector: string;
}

/** What controllers and tools of the hub wrote for themselves. */
const ownAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
]);

/** Of the objects of the hub what their authors wrote, in the namespace of a member. `name` is that of the owner. */
export function renderWorkload(
  { workload, needed }: Pick<GatheredWorkload, 'workload' | 'needed'>,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): RenderedWorkload {
  const label = deliveredLabel(name);
  const render = (object: KubeObject): KubeObject => {
    const { apiVersion, kind, metadata, status: _status, ...content } = object;
    const annotations = Object.entries(metadata.annotations ?? {}).filter(
      ([key]) => !ownAnnotations.has(key),
    );
    const rendered = {
      ...(withoutNulls(content) as Readonly<Record<string, unknown>>),
      apiVersion,
      kind,
      metadata: {
        name: metadata.name,
        namespace,
        labels: { ...metadata.labels, [label]: 'true' },
        ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
      },
    };
    return kind === 'Secret' ? asRendered(rendered, versionOf(object)) : rendered;
  };
  const rendered = {
    workload: withoutReplicas(render(workload)),
    needed: needed.map((object) => render(object.kind === 'ServiceAccount' ? withoutTokens(object) : object)),
  };
  const hashed = [
    rendered.workload,
    ...rendered.needed.map((object, index) =>
      object.kind === 'Secret' ? versionOf(needed[index] ?? object) : object,
    ),
  ];
  return { ...rendered, namespace, hash: contentHash([namespace, hashed]), selector: `${label}=true` };
}

/**
 * The set for a member where the workload has so many replicas once it is made. From then on the number belongs to
 * whoever writes it through `/scale`, and another one here is no reason to apply anything.
 */
export function setWithReplicas(
  { workload, needed, namespace, hash, selector }: RenderedWorkload,
  replicas: number,
): DeliverySet {
  const spec = isRecord(workload['spec']) ? workload['spec'] : {};
  const made = asRendered({ ...workload, spec: { ...spec, replicas } }, workload);
  return {
    namespace: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } },
    objects: [...needed, made],
    hash,
    selector,
    yielded: [{ kind: workload.kind, name: workload.metadata.name, fields: ['.spec.replicas'] }],
  };
}

/** What stands for a Secret in lists that others may read: nothing of what is in it, and another one with each change. */
function versionOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, metadata: { name, uid, resourceVersion } as KubeObject['metadata'] };
}

function withoutReplicas(workload: KubeObject): KubeObject {
  const { spec } = workload;
  if (!isRecord(spec)) return workload;
  const { replicas: _replicas, ...rest } = spec;
  return { ...workload, spec: rest };
}

/** Names of token Secrets of the hub. */
function withoutTokens(account: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, secrets: _secrets, ...rest } = account;
  return { apiVersion, kind, metadata, ...rest };
}

/** Server-side apply would take a null for a wish. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (field === null ? [] : [[key, withoutNulls(field)]])),
  );
}
