import { resources } from '../src/kube/index.ts';
import { binary, waitFor } from '../test/bed/index.ts';
import {
  builtinProviders,
  defaultProvider,
  type Fleet,
  fleetNamespace,
  OperatorProcess,
} from '../test/fleet/index.ts';

/** An operator that a benchmark runs on a fleet. */
export interface Contender {
  readonly name: string;
  /** Resolves when it leads and has had time to read the hub. */
  start(fleet: Fleet, manifests: string): Promise<OperatorProcess>;
}

/** This checkout's bundle, as it runs by default: with its built-in readers and with leader election. */
export function wheelwright(command: readonly string[]): Contender {
  return {
    name: 'wheelwright',
    start: async (fleet, manifests) => {
      const { process } = await fleet.startOperator({ command, manifests, providers: builtinProviders });
      await leads(fleet);
      return process;
    },
  };
}

const pollInterval = '10s';

/** Another operator with the flags and environment of knative/operator; it reads credentials by the plugin of the ClusterProfile project. */
export function other(command: readonly string[]): Contender {
  return {
    name: 'reference',
    start: async (fleet, manifests) => {
      const plugin = await binary('kubeconfig-secretreader');
      const execConfig = {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: plugin,
        interactiveMode: 'Never',
        provideClusterInfo: true,
      };
      const providers = await fleet.writeProviders({ providers: [{ name: defaultProvider, execConfig }] });
      const process = new OperatorProcess({
        command,
        flags: [
          `--clusterprofile-provider-file=${providers}`,
          `--remote-deployments-poll-interval=${pollInterval}`,
        ],
        env: {
          KUBECONFIG: fleet.bed.hub.kubeconfig,
          KO_DATA_PATH: manifests,
          SYSTEM_NAMESPACE: fleetNamespace,
          POD_NAME: 'reference-0',
          POD_NAMESPACE: fleetNamespace,
          METRICS_DOMAIN: 'knative.dev/operator',
        },
      });
      await Promise.race([leads(fleet), endedEarly(process)]);
      return process;
    },
  };
}

const leaderMs = 60_000;

/** Both operators lead by a Lease of this name. */
const lease = {
  namespace: fleetNamespace,
  name: 'knative-operator.knative.dev.operator.pkg.reconciler.knativeserving.reconciler.00-of-01',
};

async function leads(fleet: Fleet): Promise<void> {
  await waitFor(
    'the operator holds its Lease',
    async () => {
      const { spec } = await fleet.hub.get(resources.leases, lease);
      return ((spec as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? '') !== '';
    },
    { timeoutMs: leaderMs },
  );
}

async function endedEarly(process: OperatorProcess): Promise<never> {
  const how = await process.exited;
  throw new Error(`the other operator ended (${how}):\n${process.output.slice(-4_000)}`);
}
