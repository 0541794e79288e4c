import * as z from 'zod';
import { interned } from '../api/index.ts';
import type { Resource } from './resource.ts';

/**
 * The documents that say what an API server serves. Parts of them come from servers behind the server (aggregation):
 * an entry that is not understood is left out, and hides no other.
 */

const aggregatedList = z.looseObject({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(z.unknown()),
});

const aggregatedGroup = z.looseObject({
  /** The core group has no name. */
  metadata: z.looseObject({ name: z.string().default('') }).default({ name: '' }),
  versions: z
    .array(z.looseObject({ version: z.string(), resources: z.array(z.unknown()).nullish() }))
    .nullish(),
});

const aggregatedResource = z.looseObject({
  resource: z.string(),
  scope: z.enum(['Cluster', 'Namespaced']),
  /** Absent where a resource has only subresources. */
  responseKind: z.looseObject({ kind: z.string().min(1) }),
});

/** KEP-3352, v2 and v2beta1. Undefined for any other document. */
export function fromAggregated(body: unknown): readonly Resource[] | undefined {
  const list = aggregatedList.safeParse(body);
  return list.data?.items.flatMap((item) => {
    const group = aggregatedGroup.safeParse(item).data;
    return (group?.versions ?? []).flatMap(({ version, resources }) =>
      (resources ?? []).flatMap((entry) => {
        const known = aggregatedResource.safeParse(entry).data;
        if (known === undefined) return [];
        return [
          {
            group: interned(group?.metadata.name ?? ''),
            version: interned(version),
            kind: interned(known.responseKind.kind),
            plural: interned(known.resource),
            namespaced: known.scope === 'Namespaced',
          },
        ];
      }),
    );
  });
}

const legacyCore = z.looseObject({ kind: z.literal('APIVersions'), versions: z.array(z.string()) });
const legacyGroups = z.looseObject({
  kind: z.literal('APIGroupList'),
  groups: z.array(z.looseObject({ versions: z.array(z.looseObject({ groupVersion: z.string() })) })),
});
const legacyResources = z.looseObject({ resources: z.array(z.unknown()) });
const legacyResource = z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() });

/** The group versions that servers without aggregated discovery name under /api and /apis. Undefined for any other document. */
export function legacyVersions(body: unknown): readonly string[] | undefined {
  return (
    legacyCore.safeParse(body).data?.versions ??
    legacyGroups
      .safeParse(body)
      .data?.groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))
  );
}

/** The resources of one group version, without their subresources. */
export function fromLegacy(gv: string, body: unknown): readonly Resource[] {
  const slash = gv.indexOf('/');
  const group = slash < 0 ? '' : gv.slice(0, slash);
  const version = gv.slice(slash + 1);
  return (legacyResources.safeParse(body).data?.resources ?? []).flatMap((entry) => {
    const known = legacyResource.safeParse(entry).data;
    if (known === undefined || known.name.includes('/')) return [];
    return [{ group, version, kind: known.kind, plural: known.name, namespaced: known.namespaced }];
  });
}
