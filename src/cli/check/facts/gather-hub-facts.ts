import { loadProviderFile } from '../../../clusters/index.ts';
import { type Clock, ForbiddenError, type KubeClient } from '../../../kube/index.ts';
import { compareCrds } from '../../crds/crd-comparison.ts';
import { type Answer, answered, ask, type Asking, lackedHere, notAsked, valueOf } from '../../hub/answer.ts';
import { fleetProfile, profileResource } from '../../hub/fleet-profile.ts';
import type { Hub } from '../../hub/open-hub.ts';
import { operatorNamespace, readOperatorLeases, readOperatorVersion } from '../../hub/operator-trace.ts';
import { installationResource } from '../../status/fleet-facts.ts';
import { hubName, type Installation, readInstallation } from '../../status/installation.ts';
import type { Host } from '../../host.ts';
import { inParallel } from '../in-parallel.ts';
import { readOperatorRun } from './operator-run.ts';
import { otherPlugins } from './other-plugins.ts';
import type { HubFacts } from './hub-facts.ts';
import type { ScalingFacts } from './scaling-facts.ts';
import { missingRights } from './missing-rights.ts';
import { gatherScalingFacts } from './gather-scaling-facts.ts';
import {
  credentialRules,
  deliveryRules,
  hubRules,
  kedaRules,
  ownRules,
  ownScalingRules,
  scalingRules,
} from './operator-rules.ts';
import { mergeRules, type Rule } from './rule.ts';
import { secretNamespaces } from './secret-namespaces.ts';
import { timedReview } from './timed-review.ts';

export interface HubAsking extends Asking {
  readonly clock: Clock;
  /** Version of this command line. */
  readonly version: string;
  readonly providerFile: string | undefined;
  readonly host: Pick<Host, 'env' | 'script'>;
  /** Where its plugins must lie. */
  readonly pluginDirectories: readonly string[] | undefined;
}

/** Asks the hub for everything at once; `hub` is what came of opening it. Throws only the reason of the signal. */
export async function gatherHubFacts(hub: Answer<Hub>, asking: HubAsking): Promise<HubFacts> {
  const { clock, version, host, providerFile: path, pluginDirectories: directories } = asking;
  const providerFile =
    path === undefined
      ? lackedHere('--provider-file')
      : await ask(asking, () => loadProviderFile({ path, commands: { directories } }));
  const own = {
    version,
    providerFile,
    otherPlugins: await otherPlugins(host.env['PATH'] ?? '', host.script),
  };
  if (hub.state !== 'answered') {
    const context = hub.state === 'failed' ? hub : notAsked(hub.needs);
    return { ...own, now: clock.now(), context, kubernetes: notAsked('a context'), ...nothing };
  }
  const { client, context: name, server } = hub.value;
  const context = answered({ name, server });
  const kubernetes = await ask(asking, async (signal) => (await client.serverVersion({ signal })).gitVersion);
  if (kubernetes.state !== 'answered') return { ...own, now: clock.now(), context, kubernetes, ...nothing };
  const rest = await gatherRest(hub.value, asking);
  return { ...own, now: clock.now(), context, kubernetes, ...rest };
}

const namespacesAtOnce = 8;

type Rest = Omit<HubFacts, 'now' | 'version' | 'providerFile' | 'otherPlugins' | 'context' | 'kubernetes'>;

const unanswered = notAsked('a hub that answers');
const nothing: Rest = {
  self: unanswered,
  operatorVersion: unanswered,
  operatorRun: unanswered,
  crds: unanswered,
  leases: unanswered,
  missingRights: unanswered,
  profiles: unanswered,
  installations: unanswered,
  scaling: unanswered,
};

async function gatherRest({ client, namespace }: Hub, asking: HubAsking): Promise<Rest> {
  const { clock } = asking;
  const installations = asUser(await ask(asking, (signal) => readInstallations(client, signal)));
  const onHub =
    installations.state === 'answered' && installations.value.some(({ cluster }) => cluster === hubName);
  const scaling = asUser(await ask(asking, () => gatherScalingFacts(client, asking)));
  const leases = await ask(asking, (signal) => readOperatorLeases(client, signal));
  const own = operatorNamespace(valueOf(leases), namespace);
  const rules = [...hubRules, ...(onHub ? deliveryRules : []), ...rulesOfScaling(valueOf(scaling))];
  const inOwn = valueOf(scaling) === undefined ? ownRules : [...ownRules, ...ownScalingRules];
  const listed = ask(asking, async (signal) => {
    const resource = await profileResource(client, signal);
    return (await client.list(resource, { signal })).items.map(fleetProfile);
  });
  const [self, operatorVersion, operatorRun, crds, missing, profiles] = await Promise.all([
    ask(asking, (signal) => timedReview(client, clock, signal)),
    ask(asking, (signal) => readOperatorVersion(client, signal)),
    ask(asking, (signal) => readOperatorRun(client, signal)),
    ask(asking, (signal) => compareCrds(client, undefined, signal)),
    ask(asking, async (signal) => {
      const credentials = secretNamespaces(valueOf(await listed) ?? [], own);
      const lacking = [
        missingRights(client, rules, signal),
        missingRights(client, inOwn, signal, own),
        missingForCredentials(client, credentials, signal),
      ];
      return mergeRules((await Promise.all(lacking)).flat());
    }),
    listed,
  ]);
  return {
    self: asUser(self),
    operatorVersion: asUser(operatorVersion),
    operatorRun: asUser(operatorRun),
    crds: asUser(crds),
    leases: asUser(leases),
    missingRights: asUser(missing),
    profiles: asUser(profiles),
    installations,
    scaling:
      scaling.state === 'answered' && scaling.value !== undefined
        ? answered(partsAsUser(scaling.value))
        : scaling,
  };
}

/** Where every namespace may be read, none is asked about. */
async function missingForCredentials(
  client: KubeClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<readonly Rule[]> {
  if (namespaces.length === 0) return [];
  if ((await missingRights(client, credentialRules, signal)).length === 0) return [];
  const missing = await inParallel(namespaces, namespacesAtOnce, (namespace) =>
    missingRights(client, credentialRules, signal, namespace),
  );
  return missing.flat();
}

/** A right that the user of the command line lacks says nothing about the hub. */
function asUser<T>(answer: Answer<T>): Answer<T> {
  if (answer.state !== 'failed' || !(answer.error instanceof ForbiddenError)) return answer;
  const { verb, resource } = answer.error.context;
  return lackedHere(`the right to ${verb} ${resource}`);
}

function partsAsUser(scaling: ScalingFacts): ScalingFacts {
  return {
    ...scaling,
    keda: asUser(scaling.keda),
    metricsService: asUser(scaling.metricsService),
    autoscalers: asUser(scaling.autoscalers),
    triggerObjects: asUser(scaling.triggerObjects),
  };
}

function rulesOfScaling(scaling: ScalingFacts | undefined): readonly Rule[] {
  if (scaling === undefined) return [];
  return valueOf(scaling.keda) === undefined ? scalingRules : [...scalingRules, ...kedaRules];
}

async function readInstallations(client: KubeClient, signal: AbortSignal): Promise<readonly Installation[]> {
  const lists = await Promise.all(
    (['serving', 'eventing'] as const).map(async (type) => {
      const { items } = await client.list(installationResource(type), { signal });
      return items.map((object) => readInstallation(type, object));
    }),
  );
  return lists.flat();
}
