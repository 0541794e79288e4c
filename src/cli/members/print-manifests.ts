import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError } from '../failure/cli-error.ts';
import type { Hub } from '../hub/open-hub.ts';
import { bundledKey, bundledSecretName, memberSecret } from './hub-registration.ts';
import { givenKubeconfig } from './given-kubeconfig.ts';
import { memberAccess, type WantedAccess } from './member-access.ts';
import type { AddFlags } from './member-flags.ts';
import { memberKubeconfig } from './member-kubeconfig.ts';
import { memberObjects } from './member-objects.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { rulesOf } from './set-up-rules.ts';
import { readToken } from './service-account-token.ts';

export interface Manifests {
  readonly name: string;
  readonly namespace: string;
  readonly member: Hub;
  readonly provider: RegistrationProvider;
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
  const { name, namespace, provider } = manifests;
  const { dump } = await import('js-yaml');
  const text = (object: object): string => dump(object, { lineWidth: -1, noRefs: true });
  const onMember = memberObjects(namespace, rulesOf(flags));
  if (flags.asYaml === 'rbac') {
    const role = onMember.filter(({ apiVersion }) => apiVersion.startsWith('rbac.'));
    terminal.out.write(`# On the member.\n${role.map(text).join('---\n')}`);
    return 'done';
  }
  const kubeconfig = flags.showSecrets === true ? await realKubeconfig(call, manifests) : placeholder;
  if (flags.fromFile === undefined)
    terminal.out.write(`# On the member.\n${onMember.map(text).join('---\n')}---\n`);
  // The bundled Secret has other members too: one that is applied with this key alone would take theirs away.
  terminal.out.write(
    provider === 'file'
      ? `# On the hub, a patch: kubectl patch secret ${bundledSecretName} -n ${namespace} --type merge --patch-file FILE\n${text({ data: { [bundledKey(name)]: kubeconfig } })}`
      : `# On the hub.\n${text(memberSecret(namespace, name, kubeconfig))}`,
  );
  if (kubeconfig === placeholder)
    terminal.err.line(
      `! ${placeholder} stands for the kubeconfig with the token; --show-secrets prints it${flags.fromFile === undefined ? ' once the first part is on the member' : ''}.`,
    );
  return 'done';
}

async function realKubeconfig(
  { host, flags: { fromFile } }: Call<AddFlags>,
  { name, namespace, member, wanted }: Manifests,
): Promise<string> {
  if (fromFile !== undefined) return Buffer.from(await givenKubeconfig(fromFile)).toString('base64');
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
