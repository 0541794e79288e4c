import { parseKubeconfig } from '../../kube/index.ts';
import type { ServerPolicy } from '../access/index.ts';
import { type MemberAccess, memberAccess } from './member-kubeconfig.ts';

const markLength = 12;
const sentence = /(?:^| )Credential ([0-9a-f]{12})\.$/;
/** What the hub lets through is for the hub to say. */
const anyServer: ServerPolicy = {
  allowHttp: true,
  allowInsecureTls: true,
  refusal: () => undefined,
};

/**
 * Tells one way to reach a member from another, so that who has written a kubeconfig knows when the operator speaks of that
 * one. Undefined where a password could be guessed from it.
 */
export function credentialMark({
  credential,
  fingerprint,
}: Pick<MemberAccess, 'credential' | 'fingerprint'>): string | undefined {
  return credential.basic === undefined ? fingerprint.slice(0, markLength) : undefined;
}

/** The mark of the current context of a kubeconfig. Throws KubeconfigError. */
export async function kubeconfigMark(kubeconfig: string): Promise<string | undefined> {
  const parsed = parseKubeconfig(kubeconfig, { source: 'the kubeconfig of the member' });
  return credentialMark(await memberAccess(parsed, { policy: anyServer }));
}

/** As the status has it, the last of the sentences about a member: a field of its own would be pruned on some hubs. */
export function markSentence(mark: string): string {
  return `Credential ${mark}.`;
}

export function readMark(info: string | undefined): string | undefined {
  return sentence.exec(info ?? '')?.[1];
}

/** What is said for people. */
export function withoutMark(info: string): string {
  return info.replace(sentence, '');
}
