import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { kubectl } from '../bed/index.ts';
import { builtinProviders, knativeServing, ScriptedPlugin } from '../fleet/index.ts';
import { BrokenFleet, profiles } from './broken-fleet.ts';
import { play, type Scene } from './play.ts';

let fleet: BrokenFleet;
let plugin: ScriptedPlugin;
let endFight: (() => Promise<void>) | undefined;

beforeAll(async () => {
  fleet = await BrokenFleet.start();
});

afterAll(async () => {
  await endFight?.();
  await fleet[Symbol.asyncDispose]();
});

const scene: Scene = {
  get shell() {
    return fleet.shell;
  },
  get pods() {
    return fleet.pods;
  },
};

const company = 'company';

/** Everything that is broken is mended by the page, but for what no reader can do on these clusters. */
play('docs/troubleshooting.md', scene, {
  looksAgain: true,
  before: {
    'A cluster is unreachable': () => fleet.cluster('us-2').stop('kube-apiserver'),
    ClusterProfileNotFound: () => reader('kubectl --namespace fleet delete clusterprofile eu-1'),
    ClusterProfileNotReady: () => fleet.setProfile('eu-1', { healthy: 'False' }),
    MulticlusterDisabled: () => fleet.setProfile('eu-1', { provider: company }),
    'AccessProviderFailed: a plugin fails': async () => {
      plugin = await ScriptedPlugin.create(join(fleet.shell.directory, company));
      await plugin.fail(1, 'login expired');
      const { apiVersion } = builtinProviders.providers[0]!.execConfig;
      const execConfig = { apiVersion, command: plugin.command, interactiveMode: 'Never' };
      const providers = [...builtinProviders.providers, { name: company, execConfig }];
      await writeFile(fleet.providerFile, JSON.stringify({ providers }));
      // A cluster that is reached stays so while its new provider fails; this is another one.
      await reader('kubectl --namespace fleet delete clusterprofile eu-1');
      await fleet.setProfile('eu-1', { provider: company });
    },
    'AccessProviderFailed: a Secret is missing': async () => {
      await reader('kubectl --namespace fleet delete clusterprofile/eu-1 secret/eu-1');
      await fleet.setProfile('eu-1');
    },
    'A credential is refused': () =>
      fleet.setCredential(
        'eu-1',
        fleet.cluster('eu-1').kubeconfigFor({ token: 'of-an-account-that-is-gone' }),
      ),
    Forbidden: async () => {
      await reader(
        'kubectl --context eu-1 delete clusterrolebinding wheelwright:wheelwright:wheelwright-knative',
      );
      await patchServing({ config: { features: { 'multi-container': 'enabled' } } });
    },
    'KnativeServing never becomes Ready': () =>
      patchServing({ workloads: [{ name: 'activator', nodeSelector: { disk: 'ssd' } }] }),
    'Something must be installed first': () =>
      patchServing({ ingress: { istio: { enabled: true }, kourier: { enabled: false } } }),
    'A version is refused': async () => {
      const { status } = (await fleet.fleet.serving(serving)) as {
        readonly status?: { readonly version?: string };
      };
      const [major, minor] = (status?.version ?? '').split('.');
      await patchServing({ version: `${major}.${Number(minor) - 2}` });
    },
    'Two objects for one cluster': async () => {
      const spec = { clusterProfileRef: { name: 'eu-1', namespace: profiles } };
      await fleet.fleet.hub.create(resources.knativeServings, knativeServing({ name: 'second', spec }));
    },
    'A deletion hangs': () =>
      reader(`kubectl --namespace fleet delete clusterprofile us-2
kubectl --namespace knative-serving delete knativeserving us-2 --wait=false`),
    'Somebody undoes what the operator writes': async () => {
      endFight = fight();
    },
    'The Knative operator runs as well': () =>
      reader(`kubectl create namespace knative-operator
kubectl --namespace knative-operator create deployment knative-operator --image=knative-operator --dry-run=client --output=yaml |
  kubectl label --local --filename=- app.kubernetes.io/name=knative-operator --output=yaml | kubectl apply -f -`),
    'The total does not follow the metric': () => reader('kubectl --namespace shop delete configmap orders'),
    'A DistributedScaledObject is inactive': () =>
      reader(`kubectl --namespace shop patch configmap orders --patch '{"data": {"waiting": "0"}}'`),
    'A member is excluded': () =>
      reader('kubectl --context us-2 --namespace shop delete deployment checkout'),
    // A member that is reached stays so while another address is tried.
    'A member is not ready after it was added': async () => {
      await reader(`kubectl --namespace wheelwright delete secret us-2
kubectl --namespace shop wait dso/checkout --for=jsonpath='{.status.print.membersCount}'=1/1 --timeout=3m`);
      await fleet.setMember('us-2', 'https://127.0.0.1:1');
    },
    'Two objects for one workload': () =>
      reader(`kubectl apply -f - <<EOF
apiVersion: keda.kedify.io/v1alpha1
kind: DistributedScaledObject
metadata: {name: checkout-by-night, namespace: shop}
spec:
  scaledObjectSpec:
    scaleTargetRef: {name: checkout}
    triggers:
    - type: cron
      metadata: {timezone: UTC, start: 0 22 * * *, end: 0 6 * * *, desiredReplicas: "3"}
EOF`),
  },
  beforeLast: {
    'A cluster is unreachable': () => fleet.cluster('us-2').start('kube-apiserver'),
    ClusterProfileNotFound: () => fleet.setProfile('eu-1'),
    // As a new pod has it.
    MulticlusterDisabled: async () => {
      const target = { namespace: 'wheelwright', name: 'wheelwright-access-providers' };
      const { data } = (await fleet.fleet.hub.get(resources.configMaps, target)) as unknown as {
        readonly data: { readonly 'config.json': string };
      };
      await writeFile(fleet.providerFile, data['config.json']);
    },
    'AccessProviderFailed: a plugin fails': async () => {
      const account = {
        serviceAccount: 'wheelwright',
        namespace: 'wheelwright',
        clusterRole: 'wheelwright-knative',
      };
      await plugin.answer((await fleet.cluster('eu-1').issueToken(account)).token);
    },
    'Somebody undoes what the operator writes': async () => {
      await endFight?.();
    },
  },
});

const serving = { namespace: 'knative-serving', name: 'eu-1' };

async function reader(script: string): Promise<void> {
  await fleet.shell.run(script);
}

async function patchServing(spec: Readonly<Record<string, unknown>>): Promise<void> {
  await fleet.fleet.hub.patch(resources.knativeServings, serving, 'merge', { spec });
}

/** Somebody writes a field of Knative's as often as it is put back; resolves once they have stopped. */
function fight(): () => Promise<void> {
  const end = new AbortController();
  const patch = JSON.stringify({ data: { 'ingress-class': 'another' } });
  const rounds = (async () => {
    while (!end.signal.aborted) {
      const what = ['--namespace=knative-serving', 'patch', 'configmap', 'config-network'];
      const how = ['--type=merge', '--field-manager=config-sync', `--patch=${patch}`];
      await kubectl(fleet.cluster('eu-1').kubeconfig, [...what, ...how]);
    }
  })();
  return async () => {
    end.abort();
    await rounds;
  };
}
