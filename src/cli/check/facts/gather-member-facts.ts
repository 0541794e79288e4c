import { isRecord, type KubeObject } from '../../../api/index.ts';
import { type MemberAccess, memberAccess, type ServerPolicy } from '../../../clusters/index.ts';
import {
  fixedCredential,
  ForbiddenError,
  type Kubeconfig,
  type KubeClient,
  KubeconfigError,
  parseKubeconfig,
  resources,
  selectContext,
} from '../../../kube/index.ts';
import { memberRules, memberServerPolicy, type SpokeAccess } from '../../../operator/index.ts';
import { type Answer, ask, lackedHere, notAsked } from '../../hub/answer.ts';
import type { Hub } from '../../hub/open-hub.ts';
import { bundledSecretName } from '../../members/hub-registration.ts';
import type { Env } from '../../terminal/style.ts';
import { type ConnectionAsking, makeContact, noContact } from './connection.ts';
import type { MemberFacts, MemberSubject, MissingMemberRights } from './member-facts.ts';
import { missingRights } from './missing-rights.ts';
import { fromHubRules } from './operator-rules.ts';

export interface MemberAsking extends ConnectionAsking {
  readonly hub: Pick<Hub, 'client' | 'timeoutMs' | 'inside'>;
  readonly access: SpokeAccess;
  readonly env: Env;
}

/** Goes the way to one member that the operator goes, from here. Throws only the reason of the signal. */
export async function gatherMemberFacts(subject: MemberSubject, asking: MemberAsking): Promise<MemberFacts> {
  const { namespace, provider, local, fromHub } = subject;
  const name = { namespace, name: provider === 'file' ? bundledSecretName : local };
  const secret = `${namespace}/${name.name}`;
  const found = asReader(
    await ask(asking, (signal) => asking.hub.client.get(resources.secrets, name, { signal })),
    secret,
  );
  const access: Answer<MemberAccess> =
    found.state === 'answered' ? await accessOf(subject, found.value, asking) : found;
  const contact =
    access.state === 'answered'
      ? await makeContact(
          {
            cluster: `member/${subject.name}`,
            endpoint: access.value.endpoint,
            credentials: fixedCredential(access.value.credential),
            missing: (client, signal) => missingThere(client, fromHub, signal),
          },
          asking,
        )
      : noContact(access.state === 'notAsked' ? access : notAsked('a kubeconfig that can be used'));
  const { hasProxy, credential, certificate, livez, self, missingRights: missing } = contact;
  return {
    ...subject,
    secret,
    kubeconfig: shown(access),
    hasProxy,
    credential,
    certificate,
    livez,
    self,
    missingRights: missing,
    now: asking.clock.now(),
  };
}

/** What the user of the command line may not read is no fault of the member. */
function asReader(answer: Answer<KubeObject>, secret: string): Answer<KubeObject> {
  return answer.state === 'failed' && answer.error instanceof ForbiddenError
    ? lackedHere(`the right to get Secret ${secret}`)
    : answer;
}

function shown(access: Answer<MemberAccess>): MemberFacts['kubeconfig'] {
  if (access.state !== 'answered') return access;
  const { endpoint, warnings } = access.value;
  return { ...access, value: { server: endpoint.server, warnings } };
}

async function accessOf(
  { provider, local, namespace }: MemberSubject,
  secret: KubeObject,
  asking: MemberAsking,
): Promise<Answer<MemberAccess>> {
  const { hub, access, env } = asking;
  const serviceHost = env['KUBERNETES_SERVICE_HOST'];
  const policy = memberServerPolicy({ ...access, serviceHost }, hub.inside);
  const place = { key: 'kubeconfig', context: undefined };
  const found = provider === 'file' ? placeInBundle(local, Object.keys(dataOf(secret))) : place;
  if (found === undefined)
    return lackedHere(`the mounted files: Secret ${namespace}/${bundledSecretName} has no such one`);
  const text = textOf(secret, found.key);
  const source = `kubeconfig in Secret ${namespace}/${secret.metadata.name}`;
  const read = await ask(asking, () => readAccess(text, source, found, policy));
  if (provider !== 'file' || read.state !== 'failed' || !namesFiles(text, source, found.context)) return read;
  return lackedHere('the files that its kubeconfig names, which the operator has mounted');
}

async function readAccess(
  text: string,
  source: string,
  { key, context }: { readonly key: string; readonly context: string | undefined },
  policy: ServerPolicy,
): Promise<MemberAccess> {
  if (text.trim() === '')
    throw new KubeconfigError('ConfigInvalid', source, `there is nothing under the key '${key}'`);
  return memberAccess(parseKubeconfig(text, { source }), { context, policy });
}

/**
 * The key of the bundled Secret, and the context, that a member of a mounted file comes from. Paths and contexts may have
 * nearly any character: of the keys that fit, the one that comes first in the path counts.
 */
export function placeInBundle(
  local: string,
  keys: readonly string[],
): { readonly key: string; readonly context: string } | undefined {
  const fitting = keys
    .map((key) => ({ key, at: local.indexOf(`/${key}+`) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  const [first] = fitting;
  return first === undefined
    ? undefined
    : { key: first.key, context: local.slice(first.at + first.key.length + 2) };
}

/** Files beside the kubeconfig are where the operator runs, and not here. */
function namesFiles(text: string, source: string, context: string | undefined): boolean {
  let kubeconfig: Kubeconfig;
  try {
    kubeconfig = parseKubeconfig(text, { source });
    const { cluster, user } = selectContext(kubeconfig, context);
    return [
      cluster['certificate-authority'],
      user?.tokenFile,
      user?.['client-certificate'],
      user?.['client-key'],
    ].some((path) => path !== undefined);
  } catch {
    // What is wrong with it has been said.
    return false;
  }
}

async function missingThere(
  client: KubeClient,
  fromHub: MemberSubject['fromHub'],
  signal: AbortSignal,
): Promise<MissingMemberRights> {
  const [toScale, toDeliver] = await Promise.all([
    missingRights(client, memberRules, signal),
    Promise.all(
      fromHub.map(async ({ namespace, targets }) => ({
        namespace,
        rules: await missingRights(client, fromHubRules(targets), signal, namespace),
      })),
    ),
  ]);
  return { toScale, toDeliver: toDeliver.filter(({ rules }) => rules.length > 0) };
}

function dataOf({ data }: KubeObject): Readonly<Record<string, unknown>> {
  return isRecord(data) ? data : {};
}

function textOf(secret: KubeObject, key: string): string {
  const encoded = dataOf(secret)[key];
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
}
