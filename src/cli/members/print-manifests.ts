import type { KubeObject } from '../../api/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError } from '../failure/cli-error.ts';
import type { Hub } from '../hub/open-hub.ts';
import { bundledSecret, memberSecret } from './hub-registration.ts';
import { memberAccess, type WantedAccess } from './member-access.ts';
import type { AddFlags } from './member-flags.ts';
import { memberKubeconfig } from './member-kubeconfig.ts';
import { memberObjects } from './member-objects.ts';
import { readToken } from './service-account-token.ts';

export interface Manifests {
  readonly name: string;
  readonly namespace: string;
  readonly member: Hub;
  readonly wanted: WantedAccess;
}

/** Stands where the token would, in a place of its own rather than as text that could be taken for one. */
const placeholder = '<BASE64_OF_MEMBER_KUBECONFIG>';

/**
 * Prints what setting a member up would apply, as files for a repository. Nothing is changed; only with --show-secrets is the
 * member asked for the token, and the kubeconfig printed. Throws CliError, KubeError.
 */
export async function printManifests(call: Call<AddFlags>, manifests: Manifests): Promise<ExitName> {
  const { flags, terminal } = call;
  const { name, namespace } = manifests;
  const kubeconfig = flags.showSecrets === true ? await realKubeconfig(call, manifests) : placeholder;
  const secret =
    flags.provider === 'file'
      ? bundledSecret(namespace, name, kubeconfig)
      : memberSecret(namespace, name, kubeconfig);
  const { dump } = await import('js-yaml');
  const text = (object: KubeObject): string => dump(object, { lineWidth: -1, noRefs: true });
  terminal.out.write(`# On the member.\n${memberObjects(namespace).map(text).join('---\n')}`);
  terminal.out.write(`---\n# On the hub.\n${text(secret)}`);
  if (kubeconfig === placeholder)
    terminal.err.line(
      `! ${placeholder} stands for the kubeconfig with the token; --show-secrets prints it once the first part is on the member.`,
    );
  return 'done';
}

async function realKubeconfig(
  { host }: Call<AddFlags>,
  { name, namespace, member, wanted }: Manifests,
): Promise<string> {
  const token = await readToken(member.client, namespace, host.interruption());
  if (token === undefined)
    throw new CliError({
      problem: `The member has no token yet in namespace ${namespace}.`,
      fix: 'apply the first part of the manifests there, which are printed without --show-secrets, and repeat',
      code: 'WW5010',
      exit: 'negative',
    });
  const kubeconfig = await memberKubeconfig(name, memberAccess(wanted, member.endpoint, token));
  return Buffer.from(kubeconfig).toString('base64');
}
