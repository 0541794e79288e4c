import { isRecord, type KubeObject } from '../../api/index.ts';
import { memberLabel } from '../../clusters/index.ts';
import { ForbiddenError, type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import { bundledSecretName } from './hub-registration.ts';
import type { RegistrationProvider } from './registration-provider.ts';

/** A registration of this hub. */
export interface AccountUser {
  readonly name: string;
  readonly provider: RegistrationProvider;
}

export interface AccountSearch {
  readonly namespace: string;
  /** Looked for where not all may be listed. */
  readonly name: string;
  readonly token: string;
}

const bundledKeyEnd = '-cluster.kubeconfig';

/** The members that the hub reaches by this token of a ServiceAccount, under whatever name. Throws KubeError. */
export async function accountUsers(
  client: KubeClient,
  { namespace, name, token }: AccountSearch,
  signal: AbortSignal,
): Promise<readonly AccountUser[]> {
  const [own, bundled] = await Promise.all([
    ownSecrets(client, { namespace, name }, signal),
    secretOrNothing(client, { namespace, name: bundledSecretName }, signal),
  ]);
  return [
    ...own
      .filter((secret) => textOf(secret, 'kubeconfig').includes(token))
      .map(({ metadata }) => ({ name: metadata.name, provider: 'kubeconfig' as const })),
    ...bundled.flatMap((secret) =>
      Object.keys(dataOf(secret))
        .filter((key) => key.endsWith(bundledKeyEnd) && textOf(secret, key).includes(token))
        .map((key) => ({ name: key.slice(0, -bundledKeyEnd.length), provider: 'file' as const })),
    ),
  ];
}

async function ownSecrets(
  client: KubeClient,
  name: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  try {
    const { namespace } = name;
    const labelSelector = `${memberLabel}=true`;
    return (await client.list(resources.secrets, { namespace, labelSelector, signal })).items;
  } catch (error) {
    if (error instanceof ForbiddenError) return secretOrNothing(client, name, signal);
    throw error;
  }
}

async function secretOrNothing(
  client: KubeClient,
  name: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  try {
    return [await client.get(resources.secrets, name, { signal })];
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

function dataOf({ data }: KubeObject): Readonly<Record<string, unknown>> {
  return isRecord(data) ? data : {};
}

function textOf(secret: KubeObject, key: string): string {
  const encoded = dataOf(secret)[key];
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
}
