import { groupVersionKind } from '../../api/index.ts';
import { usageError } from '../failure/cli-error.ts';
import type { GivenDocument } from '../render/read-documents.ts';
import { type GivenObject, readGiven } from './given-object.ts';

/** The one object that somebody has written down. As kubectl reads it; without a namespace it is in `default`. Throws CliError. */
export function objectInFile(
  documents: readonly GivenDocument[],
  namespace: string | undefined,
  sources: string,
): GivenObject {
  const found = documents.filter(({ object }) => {
    const { group, kind } = groupVersionKind(object);
    return group === 'keda.kedify.io' && kind === 'DistributedScaledObject';
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0)
    throw usageError(
      only === undefined
        ? `There is no DistributedScaledObject in ${sources}.`
        : `There are ${found.length} DistributedScaledObjects in ${sources}.`,
      { fix: 'name a file with one: apiVersion keda.kedify.io/v1alpha1', code: 'WW5007' },
    );
  const { object, source } = only;
  const metadata = { ...object.metadata, namespace: object.metadata.namespace ?? namespace ?? 'default' };
  const { key, spec, warnings } = readGiven({ ...object, metadata }, source);
  return { key, what: 'The file', spec, members: undefined, begin: undefined, warnings };
}
