import { fileURLToPath } from 'node:url';
import { type Bed, kubectl } from '../bed/index.ts';
import type { Values } from '../chart/helm.ts';
import { ChartRelease } from './chart-release.ts';
import type { Accounts, StartOptions } from './fleet.ts';

/** Helm changes one release at a time. */
const changes = new WeakMap<Bed, Promise<unknown>>();

/**
 * An operator is installed by the chart for what it is asked to do, and has no right but those. To spokes it has those of
 * docs/rbac.
 */
export const chartAccounts: Accounts = {
  async onHub(bed, options) {
    const before = changes.get(bed) ?? Promise.resolve();
    const change = before
      .catch(() => undefined)
      .then(() => ChartRelease.put(bed.hub, valuesFor(options), flag(options, 'namespace')));
    changes.set(bed, change);
    return (await change).setup();
  },
  async onSpoke(spoke) {
    const account = { serviceAccount: 'wheelwright', namespace: 'wheelwright' };
    let token = '';
    for (const role of ['knative', 'emptied-namespaces']) {
      const file = new URL(`../../docs/rbac/${role}-on-a-spoke.yaml`, import.meta.url);
      await kubectl(spoke.kubeconfig, ['apply', '--filename', fileURLToPath(file)]);
      ({ token } = await spoke.issueToken({ ...account, clusterRole: `wheelwright-${role}` }));
    }
    return spoke.kubeconfigFor({ token });
  },
};

function valuesFor(options: StartOptions): Values {
  return {
    replicas: 0,
    crds: { install: false },
    multicluster: { enabled: options.providers !== null },
    // Its rights would hide what the others lack.
    knative: { onHub: options.knativeOnHub === true },
    scaling: {
      distributedScaledObjects: isOn(options, 'enable-dso', 'DSO_ENABLED'),
      distributedScaledJobs: isOn(options, 'enable-dsj', 'DSJ_ENABLED'),
      engine: flag(options, 'scaling-engine') ?? 'auto',
      hubMember: flag(options, 'hub-member') ?? '',
      externalScaler: { enabled: flag(options, 'external-scaler-bind-address') !== undefined },
      kubeconfigs: { create: false },
    },
  };
}

function isOn(options: StartOptions, name: string, variable: string): boolean {
  return (flag(options, name) ?? options.env?.[variable]) === 'true';
}

/** The last one counts. */
function flag({ flags = [] }: StartOptions, name: string): string | undefined {
  const start = `--${name}=`;
  return flags.findLast((text) => text.startsWith(start))?.slice(start.length);
}
