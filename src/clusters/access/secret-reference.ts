import * as z from 'zod';
import { describeIssue, issueMessage } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { BuiltinReader } from './access-provider.ts';

/** Which Secret of the hub holds the credential for a cluster, and where in it. */
export type SecretReference = TokenReference | KubeconfigReference;

interface TokenReference {
  readonly format: 'token';
  readonly namespace: string;
  readonly name: string;
  readonly key: 'token';
}

interface KubeconfigReference {
  readonly format: 'kubeconfig';
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  /** Absent: the kubeconfig's current context. */
  readonly context: string | undefined;
}

const required = z.string().min(1, 'must not be empty');
const optional = z
  .string()
  .nullish()
  .transform((value) => (value === '' ? undefined : (value ?? undefined)));

const tokenConfig = z.looseObject({ clusterName: required });
const kubeconfigConfig = z.looseObject({
  name: required,
  key: required,
  namespace: optional,
  context: optional,
});

/**
 * Reads the configuration that a ClusterProfile gives to a reader, the extension client.authentication.k8s.io/exec:
 * `{clusterName}` for secretreader, whose Secret has that name and lies in the reader's own namespace; `{name, key,
 * namespace?, context?}` for kubeconfig-secretreader. Throws AccessError.
 */
export function secretReference(
  reader: BuiltinReader,
  config: unknown,
  ownNamespace: string,
): SecretReference {
  if (reader === 'secretreader') {
    const { clusterName } = parse(tokenConfig, config, reader);
    return { format: 'token', namespace: ownNamespace, name: clusterName, key: 'token' };
  }
  const { name, key, namespace = ownNamespace, context } = parse(kubeconfigConfig, config, reader);
  return { format: 'kubeconfig', namespace, name, key, context };
}

function parse<T extends z.ZodType>(schema: T, config: unknown, reader: BuiltinReader): z.output<T> {
  const extension = 'extension client.authentication.k8s.io/exec';
  if (config == null) throw new AccessError('ConfigInvalid', `${extension} is required by ${reader}`);
  const result = schema.safeParse(config, { error: issueMessage });
  if (result.success) return result.data;
  const problem = result.error.issues.map(describeIssue).join('; ');
  throw new AccessError('ConfigInvalid', `${extension} is not what ${reader} needs: ${problem}`);
}
