import { type KubeClient, resources } from '../../kube/index.ts';
import type { Rule } from '../check/facts/rule.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { apply, find, hasOtherHubs, withOthers } from './apply-member-objects.ts';
import { fieldManager } from './field-manager.ts';
import type { HubMark } from './hub-mark.ts';
import { bundledSecret, memberSecret } from './hub-registration.ts';
import { memberObjects } from './member-objects.ts';
import type { RegistrationProvider } from './registration-provider.ts';

export interface Trial {
  readonly name: string;
  readonly namespace: string;
  readonly provider: RegistrationProvider;
  readonly member: KubeClient;
  readonly hub: KubeClient;
  /** Undefined where nothing is set up on the member. */
  readonly rules: readonly Rule[] | undefined;
  readonly mark: HubMark | undefined;
  readonly terminal: Terminal;
}

const suffix = '(server dry run)';

/** Has both servers try what would be applied, so that their admission speaks too, and keep nothing. Throws KubeError. */
export async function tryOnServer(trial: Trial, signal: AbortSignal): Promise<void> {
  const { name, namespace, provider, member, hub, rules, mark, terminal } = trial;
  let hasNamespace = true;
  const objects = rules === undefined ? [] : memberObjects(namespace, rules);
  const isShared = await hasOtherHubs(member, objects, mark, signal);
  for (const object of objects) {
    const called = `${object.kind.toLowerCase()}/${object.metadata.name}`;
    if (object.metadata.namespace !== undefined && !hasNamespace) {
      terminal.err.line(`! ${called} cannot be tried before its namespace is there`);
      continue;
    }
    const before = await find(member, object, signal);
    if (object.kind === 'Namespace') hasNamespace = before !== undefined;
    const isLeft = object.kind === 'Namespace' && before !== undefined;
    const done = isLeft
      ? 'unchanged'
      : await apply(member, withOthers(object, before, isShared), before, signal, { dryRun: true });
    terminal.out.line(`${called} ${done} on the member ${suffix}`);
  }
  const options = { dryRun: true, fieldManager, signal };
  const secret = provider === 'file' ? bundledSecret(namespace, name, '') : memberSecret(namespace, name, '');
  const { metadata, data } = secret as typeof secret & { readonly data: object };
  const before = await find(hub, secret, signal);
  await (provider === 'file'
    ? hub.patch(resources.secrets, metadata, 'merge', { data }, options)
    : hub.apply(resources.secrets, secret, { ...options, force: true }));
  const done = before === undefined ? 'created' : 'changed';
  terminal.out.line(`secret/${metadata.name} ${done} on the hub ${suffix}`);
}
