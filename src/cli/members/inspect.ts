import { selfReview } from '../../kube/index.ts';
import { missingRights } from '../check/facts/missing-rights.ts';
import { namesOfRules, rightsOf, type Rule, ruleLine } from '../check/facts/rule.ts';
import { CliError } from '../failure/cli-error.ts';
import type { Hub } from '../hub/open-hub.ts';
import { chosenProvider } from './chosen-provider.ts';
import { bundledSecretName, type HubRegistration, readRegistration } from './hub-registration.ts';
import type { Spelling } from './member-flags.ts';
import { isNamespaceThere } from './namespace-there.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { clusterRules, hubRules, namespacedRules, namespaceRule } from './set-up-rules.ts';
import type { StepResult } from './steps.ts';

export interface Inspected {
  readonly hub: Hub;
  readonly member: Hub;
  readonly namespace: string;
  readonly name: string;
  readonly spelling: Spelling;
  /** What the user of the member must have there instead of what setting up takes: it is the one by whom the hub works. */
  readonly needed: readonly Rule[] | undefined;
  /** The provider that the call names. */
  readonly asked: RegistrationProvider | undefined;
}

export interface Inspection {
  readonly registration: HubRegistration;
  readonly provider: RegistrationProvider;
}

/**
 * Looks at both sides before anything is changed: where the member is to be registered, and whether this user may do what
 * that takes. Throws CliError, KubeError.
 */
export async function inspect(
  { hub, member, namespace, name, spelling, needed, asked }: Inspected,
  signal: AbortSignal,
): Promise<StepResult<Inspection>> {
  const registration = await readRegistration(hub.client, { namespace, name }, signal);
  const provider = chosenProvider(asked, registration, spelling);
  if (provider === 'kubeconfig' && registration.own === 'foreign')
    throw new CliError({
      problem: `Secret ${namespace}/${name} on the hub is not ours: it is no member, and stays as it is.`,
      fix: 'give the member another name, or remove the Secret first',
      code: 'WW5009',
      exit: 'refused',
    });
  if (provider === 'file' && registration.bundled === 'absent')
    throw new CliError({
      problem: `There is no Secret ${namespace}/${bundledSecretName} on the hub, so that no operator can have it mounted.`,
      fix: 'use --provider kubeconfig, or name the namespace of the operator with -n',
      code: 'WW5004',
      exit: 'negative',
    });
  const cluster = needed ?? (await setUpRules(member, namespace, signal));
  const inNamespaceRules = needed === undefined ? namespacedRules : [];
  const [there, inNamespace, onHub] = await Promise.all([
    missingRights(member.client, cluster, signal),
    missingRights(member.client, inNamespaceRules, signal, namespace),
    missingRights(hub.client, hubRules(provider), signal, namespace),
  ]);
  await demand([...there, ...inNamespace], member, 'the member', signal);
  await demand(onHub, hub, `the hub in namespace ${namespace}`, signal);
  const count = rightsOf([...cluster, ...inNamespaceRules, ...hubRules(provider)]).length;
  return { value: { registration, provider }, detail: `${count} of ${count}` };
}

async function setUpRules({ client }: Hub, namespace: string, signal: AbortSignal): Promise<readonly Rule[]> {
  return (await isNamespaceThere(client, namespace, signal))
    ? clusterRules
    : [namespaceRule, ...clusterRules];
}

async function demand(
  missing: readonly Rule[],
  { client }: Hub,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  if (missing.length === 0) return;
  const { username } = await selfReview(client, signal);
  throw new CliError({
    problem: `${username} lacks rights on ${where}: ${namesOfRules(missing)}.`,
    fix: `grant there by a ClusterRole: ${missing.map((rule) => ruleLine(rule).slice(2)).join(', ')}`,
    code: 'WW2009',
    exit: 'unreachable',
  });
}
