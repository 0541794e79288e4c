import { kubeconfigMark } from '../../clusters/index.ts';
import type { Call } from '../cli-command.ts';
import { flagWords, suggestedCommand } from '../command-line/suggested-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError, usageError } from '../failure/cli-error.ts';
import { explainFailure } from '../failure/explain-failure.ts';
import { type HubServices, hubServices } from '../hub/ask-hub.ts';
import type { Hub } from '../hub/open-hub.ts';
import { plainText } from '../terminal/plain-text.ts';
import { hubMark } from './hub-mark.ts';
import { chosenProvider } from './chosen-provider.ts';
import { commandText } from './command-text.ts';
import { confirm } from './confirm.ts';
import {
  bundledSecretName,
  type HubRegistration,
  providersOf,
  readRegistration,
} from './hub-registration.ts';
import { givenKubeconfig } from './given-kubeconfig.ts';
import { inspect } from './inspect.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { isLoopback, type WantedAccess, wantedAccess } from './member-access.ts';
import type { AddFlags, Spelling } from './member-flags.ts';
import { defaultNamespace } from './member-hub-options.ts';
import { hubFlagsOf, memberName, placeFlagsOf } from './member-options.ts';
import { printManifests } from './print-manifests.ts';
import { register } from './register.ts';
import { setUpAccount } from './set-up-account.ts';
import { rulesOf } from './set-up-rules.ts';
import { isStillDrained } from './still-drained.ts';
import { Steps } from './steps.ts';
import { tryOnServer } from './try-on-server.ts';
import { untilReached } from './until-reached.ts';

/**
 * Makes a cluster a member in steps that are each verified; the last one is that the hub itself has reached it. What a step
 * that fails leaves behind is told, and how to undo it. Throws CliError, KubeError.
 */
export async function addMember(
  call: Call<AddFlags>,
  spelling: Spelling,
  services: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, operands } = call;
  const name = memberName(operands[0]);
  const namespace = flags.namespace ?? defaultNamespace;
  const prints = flags.asYaml !== undefined || flags.dryRun === 'client';
  refuseContradictions(flags, spelling, prints);
  const wanted = await wantedAccess(flags);
  const given = flags.fromFile === undefined ? undefined : await givenKubeconfig(flags.fromFile);
  const { open, clock } = services;
  const member = await open(placeFlagsOf(flags), host, { clock });
  try {
    if (prints) {
      const provider = await dryProvider(call, { name, namespace, spelling }, services);
      return await printManifests(call, { name, namespace, member, wanted, provider });
    }
    const hub = await open(hubFlagsOf(flags), host, { clock });
    try {
      if ((await inSteps(call, { name, namespace, spelling, hub, member, wanted, given, clock })) === 'tried')
        return 'done';
    } finally {
      await hub.close();
    }
  } finally {
    await member.close();
  }
  call.terminal.out.line(`member/${name} ${spelling === 'own' ? 'added' : 'registered'}`);
  return 'done';
}

/** Throws CliError for flags that do not go together. */
function refuseContradictions(flags: AddFlags, spelling: Spelling, prints: boolean): void {
  const { memberKubeconfig, memberContext, fromFile, memberApiUrl, caFile, tlsServerName } = flags;
  if (memberKubeconfig === undefined && memberContext === undefined && fromFile === undefined)
    throw usageError('It is not said which cluster the member is.', {
      fix: `give --member-kubeconfig, --member-context, or both${spelling === 'own' ? '; or a kubeconfig to use as it is with --from-file' : ''}`,
    });
  if (flags.showSecrets === true && !prints)
    throw usageError('--show-secrets goes with --dry-run=client only.');
  if (flags.asYaml !== undefined && flags.dryRun === 'server')
    throw usageError('--as-yaml prints and asks no server, so that it does not go with --dry-run=server.');
  if (fromFile === undefined) return;
  const asYaml = flags.asYaml === 'rbac' ? flags.asYaml : undefined;
  const others = { memberKubeconfig, memberContext, memberApiUrl, caFile, tlsServerName, asYaml };
  const [other] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (other !== undefined)
    throw usageError(`--from-file is taken as it is, so that ${flagOf(other)} does not go with it.`, {
      fix: 'change the file, or leave one of the two out',
    });
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** By a name of the reference the hub decides where a member goes, unless the call does: what is printed goes there too. */
async function dryProvider(
  { flags, host }: Call<AddFlags>,
  { name, namespace, spelling }: Pick<Addition, 'name' | 'namespace' | 'spelling'>,
  { open, clock }: HubServices,
): Promise<RegistrationProvider> {
  if (flags.provider !== undefined || spelling === 'own') return flags.provider ?? 'kubeconfig';
  const hub = await open(hubFlagsOf(flags), host, { clock });
  try {
    const registration = await readRegistration(hub.client, { namespace, name }, host.interruption());
    return chosenProvider(undefined, registration, spelling);
  } finally {
    await hub.close();
  }
}

interface Addition extends Pick<HubServices, 'clock'> {
  readonly name: string;
  readonly namespace: string;
  readonly spelling: Spelling;
  readonly hub: Hub;
  readonly member: Hub;
  readonly wanted: WantedAccess;
  /** The kubeconfig of --from-file. */
  readonly given: string | undefined;
}

/** What may have been changed so far. */
type Reach = 'nothing' | 'member' | 'hub';

async function inSteps(call: Call<AddFlags>, addition: Addition): Promise<'added' | 'tried'> {
  const { flags, host, terminal } = call;
  const { name, namespace, spelling, hub, member, given, clock } = addition;
  const signal = host.interruption();
  const steps = new Steps({ terminal, clock, total: totalOf(flags) });
  let reach: Reach = 'nothing';
  let replaces = false;
  try {
    await steps.run('member API reachable from here', async (tell) => {
      tell(member.server);
      const { gitVersion } = await member.client.serverVersion({ signal });
      return { value: undefined, detail: gitVersion };
    });
    const rules = rulesOf(flags);
    const needed = given === undefined ? undefined : rules;
    const { registration, provider, mark } = await steps.run('rights and registration', async (tell) => {
      tell('the answers to what this user may do');
      const { value, detail } = await inspect({ ...addition, needed, asked: flags.provider }, signal);
      return { value: { ...value, mark: await hubMark(hub.client, name, signal) }, detail };
    });
    for (const note of notesOf(addition, registration, provider)) terminal.err.line(`! ${plainText(note)}`);
    if (flags.dryRun === 'server') {
      const tried = {
        name,
        namespace,
        provider,
        terminal,
        mark,
        rules: given === undefined ? rules : undefined,
      };
      await tryOnServer({ ...tried, member: member.client, hub: hub.client }, signal);
      return 'tried';
    }
    replaces = providersOf(registration).includes(provider);
    if (replaces)
      await confirm(
        call,
        spelling,
        `Member '${name}' is registered already, in ${placeOf(provider, namespace, name)}. Replace how it is reached?`,
      );
    reach = given === undefined ? 'member' : 'nothing';
    const kubeconfig = given ?? (await setUpAccount(steps, { ...addition, rules, mark, signal }));
    reach = 'hub';
    await steps.run('Secret on the hub', async (tell) => {
      tell(placeOf(provider, namespace, name));
      const wish = { provider, namespace, name, kubeconfig, seen: registration };
      const done = await register(hub.client, wish, signal);
      return { value: undefined, detail: `${placeOf(provider, namespace, name)} ${done}` };
    });
    if (await isStillDrained(hub.client, { namespace, name, provider }, signal)) {
      const program = spelling === 'own' ? host.program : 'wheelwright';
      const line = `uncordon ${name}${namespace === defaultNamespace ? '' : ` -n ${namespace}`}`;
      const uncordon = suggestedCommand(program, line, hubFlagsOf(flags));
      terminal.err.line(`! ${name} is drained, and gets no replicas until somebody ends that: ${uncordon}`);
    }
    if (flags.wait === 0) return 'added';
    await steps.run(`hub reaches ${name}`, async (tell) => {
      const credential = await kubeconfigMark(kubeconfig);
      const options = { name, namespace, provider, credential, waitMs: flags.wait, clock, signal, tell };
      return { value: undefined, detail: await untilReached(hub.client, options) };
    });
    return 'added';
  } catch (error) {
    throw withState(error, call, { ...addition, reach, replaces });
  }
}

/** Of steps. */
function totalOf({ fromFile, dryRun, wait }: AddFlags): number {
  if (dryRun !== undefined) return 2;
  return (fromFile === undefined ? 6 : 3) + (wait === 0 ? 0 : 1);
}

function notesOf(
  { name, namespace, wanted, member, spelling }: Addition,
  registration: HubRegistration,
  provider: RegistrationProvider,
): readonly string[] {
  const server = wanted.server ?? member.server;
  const others = providersOf(registration).filter((other) => other !== provider);
  return [
    ...(spelling === 'compat'
      ? [`registering in ${placeOf(provider, namespace, name)} (--provider ${provider})`]
      : []),
    ...(isLoopback(server)
      ? [`${server} means the hub itself, seen from there: --member-api-url gives another address`]
      : []),
    ...others.map(
      (other) =>
        `${name} is registered in ${placeOf(other, namespace, name)} as well: the one with a Secret of its own has the name`,
    ),
  ];
}

export function placeOf(provider: RegistrationProvider, namespace: string, name: string): string {
  return provider === 'kubeconfig' ? `${namespace}/${name}` : `${namespace}/${bundledSecretName}`;
}

/** Any failure, with what it leaves behind. */
function withState(
  error: unknown,
  call: Call<AddFlags>,
  addition: Addition & { readonly reach: Reach; readonly replaces: boolean },
): CliError {
  const complaint = explainFailure(error, call.host.program);
  const state =
    addition.reach === 'nothing'
      ? (complaint.state ?? 'nothing was changed')
      : leftBehind(call, { ...addition, reach: addition.reach });
  return new CliError({ ...complaint, state }, { cause: error });
}

/** What the call was given beside hub and member; without one of them the same words would register something else. */
function wordsOf(flags: AddFlags): readonly string[] {
  return [
    ...flagWords('--from-file', flags.fromFile),
    ...(flags.minimalRbac === true ? ['--minimal-rbac'] : []),
    ...flagWords('--provider', flags.provider),
    ...flagWords('--member-api-url', flags.memberApiUrl),
    ...flagWords('--ca-file', flags.caFile),
    ...flagWords('--tls-server-name', flags.tlsServerName),
  ];
}

/** Undoing is for what was not there before: of a member that worked, it would take what it works by. */
function leftBehind(
  call: Call<AddFlags>,
  {
    name,
    spelling,
    reach,
    replaces,
  }: Addition & { readonly reach: Exclude<Reach, 'nothing'>; readonly replaces: boolean },
): string {
  const again = `${commandText(call, spelling, 'add', [name, ...wordsOf(call.flags)])} --yes`;
  if (replaces && reach === 'member')
    return `the hub reaches ${name} as before; what was made on the member stays and does no harm; go on with: ${again}`;
  if (replaces)
    return `${name} stays registered, in the new way if its Secret was written; what runs there keeps running; go on with: ${again}`;
  const { fromFile, provider } = call.flags;
  const cleanup = fromFile === undefined ? ['--cleanup-member'] : [];
  const undo = commandText(call, spelling, 'remove', [
    name,
    ...cleanup,
    ...flagWords('--provider', provider),
  ]);
  if (fromFile !== undefined)
    return `what was made on the hub stays and does no harm; go on with: ${again}; or undo it with: ${undo}`;
  const where = reach === 'hub' ? 'on the member and on the hub' : 'on the member';
  return `what was made ${where} stays and does no harm; go on with: ${again}; or undo it with: ${undo}`;
}
