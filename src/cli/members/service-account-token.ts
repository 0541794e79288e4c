import { isRecord, type KubeObject } from '../../api/index.ts';
import { type Clock, type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import { tokenSecretName } from './member-objects.ts';
import type { TellWaiting } from './steps.ts';

export interface ServiceAccountToken {
  readonly token: string;
  /** What pods of the cluster trust, in base64; undefined where the cluster does not say. */
  readonly certificateAuthorityData: string | undefined;
}

const longestWaitMs = 30_000;
const firstPauseMs = 250;
const longestPauseMs = 2_000;

/**
 * The token of the member's service account, once the cluster has made one. Throws KubeError, and CliError where it takes
 * longer than 30 s.
 */
export async function serviceAccountToken(
  client: KubeClient,
  namespace: string,
  {
    clock,
    signal,
    tell,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly tell: TellWaiting },
): Promise<ServiceAccountToken> {
  const until = clock.monotonic() + longestWaitMs;
  let pause = firstPauseMs;
  for (let tries = 1; ; tries += 1) {
    const found = await readToken(client, namespace, signal);
    if (found !== undefined) return found;
    if (clock.monotonic() >= until) break;
    tell(`the cluster to put a token into Secret ${namespace}/${tokenSecretName}, try ${tries}`);
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 2, longestPauseMs);
  }
  throw new CliError({
    problem: `Secret ${namespace}/${tokenSecretName} on the member got no token within ${longestWaitMs / 1_000} s.`,
    fix: 'see whether kube-controller-manager runs there, which puts tokens into Secrets, and repeat',
    code: 'WW5010',
    exit: 'deadline',
  });
}

/** Undefined where there is none yet. */
export async function readToken(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<ServiceAccountToken | undefined> {
  let secret: KubeObject;
  try {
    secret = await client.get(resources.secrets, { namespace, name: tokenSecretName }, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
  const data = isRecord(secret['data']) ? secret['data'] : {};
  const { token, 'ca.crt': authority } = data;
  if (typeof token !== 'string' || token === '') return undefined;
  return {
    token: Buffer.from(token, 'base64').toString('utf8'),
    certificateAuthorityData: typeof authority === 'string' && authority !== '' ? authority : undefined,
  };
}
