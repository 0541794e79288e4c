import {
  type Clock,
  type CredentialSource,
  type Endpoint,
  type KubeClient,
  type KubeClientOptions,
} from '../../../kube/index.ts';
import { type Answer, ask, type Asking, type NotAsked, notAsked } from '../../hub/answer.ts';
import type { Hub } from '../../hub/open-hub.ts';
import { isConnected } from './is-connected.ts';
import { type TimedReview, timedReview } from './timed-review.ts';
import type { LookAtServer, ServerCertificate } from './server-certificate.ts';

/** What checks of a connection judge by, gathered once from where the command line runs. */
export interface ConnectionFacts {
  /** When the facts were complete, in milliseconds since the epoch. */
  readonly now: number;
  /** That there is a credential, and when it ends in milliseconds since the epoch; the credential itself is no fact. */
  readonly credential: Answer<{ readonly expiresAt: number | undefined }>;
  readonly certificate: Answer<ServerCertificate>;
  /** Undefined where the way is not known. */
  readonly hasProxy: boolean | undefined;
  readonly livez: Answer<string>;
  readonly self: Answer<TimedReview>;
}

/** The rest that is asked of a server, `Missing` being what our user lacks there of what the operator needs. */
export interface Contact<Missing> extends Omit<ConnectionFacts, 'now'> {
  readonly missingRights: Answer<Missing>;
  /** Version of Kubernetes. */
  readonly kubernetes: Answer<string>;
}

export interface ConnectionAsking extends Asking {
  readonly clock: Clock;
  readonly hub: Pick<Hub, 'timeoutMs'>;
  readonly look: LookAtServer;
  readonly connect: (options: KubeClientOptions) => KubeClient;
}

/** A way to a server, and what is asked there about rights. */
export interface Way<Missing> {
  readonly cluster: string;
  readonly endpoint: Endpoint;
  /** Closed in the end. */
  readonly credentials: CredentialSource;
  readonly missing: (client: KubeClient, signal: AbortSignal) => Promise<Missing>;
}

export function noContact(answer: NotAsked): Contact<never> {
  return {
    credential: answer,
    certificate: answer,
    hasProxy: undefined,
    livez: answer,
    self: answer,
    missingRights: answer,
    kubernetes: answer,
  };
}

/** Asks a server for all of it. Throws only the reason of the signal. */
export async function makeContact<Missing>(
  { cluster, endpoint, credentials, missing }: Way<Missing>,
  asking: ConnectionAsking,
): Promise<Contact<Missing>> {
  const { hub, connect, clock } = asking;
  const client = connect({
    cluster,
    endpoint,
    credentials,
    timeoutMs: hub.timeoutMs,
    clock,
    userAgent: 'wheelwright-cli',
  });
  const hasProxy = endpoint.proxyUrl !== undefined;
  try {
    const [credential, certificate] = await Promise.all([
      ask(asking, async (signal) => ({ expiresAt: (await credentials.get(signal)).expiresAt })),
      certificateOf(endpoint, asking),
    ]);
    if (credential.state !== 'answered')
      return { ...noContact(notAsked('a credential')), hasProxy, credential, certificate };
    return { hasProxy, credential, certificate, ...(await converse(client, missing, asking)) };
  } finally {
    await client.close();
    credentials.close();
  }
}

function certificateOf(
  endpoint: Endpoint,
  asking: ConnectionAsking,
): Promise<ConnectionFacts['certificate']> | ConnectionFacts['certificate'] {
  if (endpoint.proxyUrl !== undefined || !endpoint.server.startsWith('https:'))
    return notAsked('a connection without a proxy');
  const { timeoutMs } = asking.hub;
  return ask(asking, (signal) => asking.look(endpoint, { timeoutMs, signal }));
}

async function converse<Missing>(
  client: KubeClient,
  missing: Way<Missing>['missing'],
  asking: ConnectionAsking,
): Promise<Pick<Contact<Missing>, 'livez' | 'self' | 'missingRights' | 'kubernetes'>> {
  const livez = await ask(asking, (signal) => client.raw('/livez', { signal }));
  if (livez.state === 'failed' && !isConnected(livez.error)) {
    const { self, missingRights, kubernetes } = noContact(notAsked('a connection'));
    return { livez, self, missingRights, kubernetes };
  }
  const [self, missingRights, kubernetes] = await Promise.all([
    ask(asking, (signal) => timedReview(client, asking.clock, signal)),
    ask(asking, (signal) => missing(client, signal)),
    ask(asking, async (signal) => (await client.serverVersion({ signal })).gitVersion),
  ]);
  return { livez, self, missingRights, kubernetes };
}
