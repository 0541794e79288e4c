import { isRecord } from '../../api/index.ts';
import { AlreadyExistsError, ConflictError, type KubeClient, resources } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import type { Applied } from './apply-member-objects.ts';
import { fieldManager } from './field-manager.ts';
import { bundledKey, bundledSecret, type HubRegistration, memberSecret } from './hub-registration.ts';
import type { RegistrationProvider } from './registration-provider.ts';

export interface Registration {
  readonly provider: RegistrationProvider;
  readonly namespace: string;
  readonly name: string;
  readonly kubeconfig: string;
  /** What the user has agreed to replace. */
  readonly seen: HubRegistration;
}

/** The bundled Secret is written by others as well, about members that are none of our business. */
const mostTries = 5;

/** Writes how the hub reaches a member. Throws KubeError, and CliError where something else is in that place by now. */
export async function register(
  client: KubeClient,
  registration: Registration,
  signal: AbortSignal,
): Promise<Applied> {
  const { provider, namespace, name } = registration;
  const data = Buffer.from(registration.kubeconfig).toString('base64');
  try {
    return await (provider === 'kubeconfig' ? registerOwn : registerBundled)(
      client,
      { ...registration, data },
      signal,
    );
  } catch (error) {
    if (!(error instanceof ConflictError) && !(error instanceof AlreadyExistsError)) throw error;
    const place = provider === 'kubeconfig' ? name : bundledSecret(namespace, name, '').metadata.name;
    throw changedMeanwhile(`Secret ${namespace}/${place}`, error);
  }
}

interface Encoded extends Omit<Registration, 'kubeconfig'> {
  /** In base64. */
  readonly data: string;
}

async function registerOwn(
  client: KubeClient,
  { namespace, name, data, seen }: Encoded,
  signal: AbortSignal,
): Promise<Applied> {
  const secret = memberSecret(namespace, name, data);
  const { own } = seen;
  if (typeof own !== 'object') {
    await client.create(resources.secrets, secret, { fieldManager, signal });
    return 'created';
  }
  const metadata = { ...secret.metadata, ...own };
  const options = { force: true, fieldManager, signal };
  const after = await client.apply(resources.secrets, { ...secret, metadata }, options);
  return after.metadata.resourceVersion === own.resourceVersion ? 'unchanged' : 'changed';
}

/** A merge of one key: other members in there stay as they are. */
async function registerBundled(
  client: KubeClient,
  { namespace, name, data, seen }: Encoded,
  signal: AbortSignal,
): Promise<Applied> {
  const { metadata } = bundledSecret(namespace, name, data);
  for (let tries = 1; ; tries += 1) {
    const before = await client.get(resources.secrets, metadata, { signal });
    const { resourceVersion } = before.metadata;
    if (
      seen.bundled !== 'with' &&
      isRecord(before['data']) &&
      Object.hasOwn(before['data'], bundledKey(name))
    )
      throw changedMeanwhile(`key ${bundledKey(name)} of Secret ${namespace}/${metadata.name}`);
    const body = { metadata: { resourceVersion }, data: { [bundledKey(name)]: data } };
    try {
      const after = await client.patch(resources.secrets, metadata, 'merge', body, { fieldManager, signal });
      return after.metadata.resourceVersion === resourceVersion ? 'unchanged' : 'changed';
    } catch (error) {
      if (!(error instanceof ConflictError) || tries === mostTries) throw error;
    }
  }
}

function changedMeanwhile(what: string, cause?: Error): CliError {
  return new CliError(
    {
      problem: `Somebody else has written ${what} on the hub meanwhile: it stays as it is.`,
      fix: 'repeat the command: it looks again, and asks',
      code: 'WW5009',
      exit: 'refused',
    },
    { cause },
  );
}
