import type { KubeObject, ManagedFieldsEntry } from '../api/index.ts';
import { ownedFieldsHash, purposefulOwners } from './owned-fields.ts';
import { type Rollout, rolloutKinds, rolloutOf } from './rollout.ts';
import { specVersion } from './spec-version.ts';

export interface ObservedRollout {
  /** Of which spec it is the rollout, see `specVersion`. */
  readonly specVersion: string;
  readonly rollout: Rollout;
}

/** What is kept of one object of a cluster: enough to see drift and readiness, and little enough for many clusters. */
export interface ObservedObject {
  readonly resourceVersion: string;
  readonly owned: string;
  /** Others who own fields of it on purpose. */
  readonly owners: string;
  /** The manager that wrote last, where it was not us; for messages. */
  readonly lastWriter?: string | undefined;
  readonly rollout?: ObservedRollout | undefined;
}

/** `yielded` are fields that do not count as owned. */
export function observed(
  object: KubeObject,
  fieldManager: string,
  yielded: readonly string[],
): ObservedObject {
  const { managedFields = [], resourceVersion = '' } = object.metadata;
  const lastWriter = lastWriterOf(managedFields);
  return {
    resourceVersion,
    owned: ownedFieldsHash(managedFields, fieldManager, yielded),
    owners: purposefulOwners(managedFields, fieldManager),
    ...(lastWriter === undefined || lastWriter === fieldManager ? {} : { lastWriter }),
    ...(rolloutKinds.has(object.kind)
      ? { rollout: { specVersion: specVersion(object), rollout: rolloutOf(object) } }
      : {}),
  };
}

/** Controllers write the status all the time; that is nobody's change. */
function lastWriterOf(managedFields: readonly ManagedFieldsEntry[]): string | undefined {
  const writes = managedFields.filter(({ subresource }) => subresource !== 'status');
  const newest = writes.reduce<ManagedFieldsEntry | undefined>(
    (latest, entry) => ((entry.time ?? '') >= (latest?.time ?? '') ? entry : latest),
    undefined,
  );
  return newest?.manager;
}
