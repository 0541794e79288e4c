import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NamespacedName } from '../../src/api/index.ts';
import { argoCdHealth } from '../../src/controller/index.ts';
import { resources } from '../../src/kube/index.ts';
import { createAuthority, waitFor } from '../bed/index.ts';
import {
  clusterProfileStatus,
  conditionOf,
  conditionsOf,
  Fleet,
  fleetNamespace,
  kubeconfigSecret,
  type ProfileOptions,
  type RunningOperator,
  type Spoke,
  StatusHistory,
} from '../fleet/index.ts';
import { TcpRelay } from '../support/tcp-relay.ts';

let fleet: Fleet;
let spoke: Spoke;
let history: StatusHistory;
let operator: RunningOperator;
/** Installed on the spoke before anything goes wrong. */
let installed: NamespacedName;

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0);
  history = await StatusHistory.start(fleet.hub);
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

/** What the cluster manager says of the spoke, with some things wrong. */
async function setProfile(changes: Partial<ProfileOptions> = {}): Promise<void> {
  const { cluster, profile } = spoke;
  const { server, certificateAuthority } = cluster;
  await fleet.patchProfile(
    profile,
    clusterProfileStatus({ name: profile, server, certificateAuthority, ...changes }),
  );
}

async function setKubeconfig(text: string): Promise<void> {
  await fleet.put(resources.secrets, kubeconfigSecret(spoke.profile, text));
}

async function adminKubeconfig(): Promise<string> {
  return readFile(spoke.cluster.kubeconfig, 'utf8');
}

test('without a provider file every reference is AccessProviderNotConfigured', async () => {
  const without = await fleet.startOperator({ providers: null });
  installed = await fleet.createServing({ profile: spoke.profile });
  const object = await fleet.waitForCondition(
    installed,
    'TargetClusterResolved',
    'False',
    'AccessProviderNotConfigured',
  );
  expect(conditionOf(object, 'TargetClusterResolved')?.message).toContain(
    'cluster provider not configured; set --clusterprofile-provider-file',
  );
  expect(conditionOf(object, 'InstallSucceeded')?.status).not.toBe('False');
  expect(argoCdHealth(conditionsOf(object))).toBe('Degraded');
  expect(without.process.output).toContain(
    'multi-cluster support disabled (--clusterprofile-provider-file is empty)',
  );
  await without.process.stop();

  operator = await fleet.startOperator();
  await fleet.waitForReady(installed);
});

interface Trouble {
  readonly reason: string;
  readonly when: string;
  readonly cause: () => Promise<void>;
  readonly mend: () => Promise<void>;
  readonly says: readonly string[];
}

const troubles: readonly Trouble[] = [
  {
    reason: 'ClusterProfileNotFound',
    when: 'the profile is deleted',
    cause: () => fleet.hub.delete(resources.clusterProfiles, profileName()).then(() => undefined),
    mend: () => fleet.register(spoke),
    says: ['failed to get ClusterProfile fleet-system/spoke-1'],
  },
  {
    reason: 'ClusterProfileNotReady',
    when: 'the cluster manager finds the control plane unhealthy',
    cause: () => setProfile({ healthy: 'False' }),
    mend: () => setProfile(),
    says: ['ClusterProfile fleet-system/spoke-1 is not ready', 'etcd leader lost'],
  },
  {
    reason: 'MulticlusterDisabled',
    when: 'no provider of the profile is configured',
    cause: () => setProfile({ provider: 'somebody-else' }),
    mend: () => setProfile(),
    says: ['multi-cluster support is disabled', 'somebody-else', 'kubeconfig-secretreader'],
  },
  {
    reason: 'AccessProviderFailed',
    when: 'the profile does not say what its provider needs',
    cause: () => setProfile({ execConfig: { name: 'spoke-1' } }),
    mend: () => setProfile(),
    says: ['failed to build config from ClusterProfile fleet-system/spoke-1', 'key'],
  },
  {
    reason: 'AccessProviderFailed',
    when: 'the Secret with the credential is deleted',
    cause: () => fleet.hub.delete(resources.secrets, profileName()).then(() => undefined),
    mend: async () => setKubeconfig(await adminKubeconfig()),
    says: ['failed to build config from ClusterProfile fleet-system/spoke-1', 'does not exist'],
  },
  {
    reason: 'RemoteClientCreationFailed',
    when: 'nothing listens at the address of the server',
    cause: () => setProfile({ server: 'https://127.0.0.1:1' }),
    mend: () => setProfile(),
    says: ['failed to create remote kube client', 'Refused'],
  },
  {
    reason: 'RemoteClientCreationFailed',
    when: 'the server is signed by another authority',
    cause: async () => {
      const { certificate } = await createAuthority('somebody else', new Date());
      await setProfile({ certificateAuthority: certificate });
    },
    mend: () => setProfile(),
    says: ['failed to create remote kube client', 'TlsUntrusted'],
  },
  {
    reason: 'RemoteClientCreationFailed',
    when: 'the server refuses the credential',
    cause: () => setKubeconfig(spoke.cluster.kubeconfigFor({ token: 'nobody-knows-it' })),
    mend: async () => setKubeconfig(await adminKubeconfig()),
    says: ['failed to create remote kube client', 'refuses the credential'],
  },
];

describe('an installation that was ready', () => {
  afterEach(async () => {
    await setProfile();
    await setKubeconfig(await adminKubeconfig());
  });

  test.each(troubles)('is $reason when $when, and recovers', async ({ reason, cause, mend, says }) => {
    await cause();
    const broken = await fleet.waitForCondition(installed, 'TargetClusterResolved', 'False', reason);
    const { message } = conditionOf(broken, 'TargetClusterResolved') ?? {};
    for (const words of says) expect(message).toContain(words);
    expect(conditionOf(broken, 'Ready')).toMatchObject({ status: 'False', reason });
    expect(conditionOf(broken, 'InstallSucceeded')?.status).toBe('True');
    expect(argoCdHealth(conditionsOf(broken))).toBe('Degraded');

    await mend();
    await fleet.waitForReady(installed);
  });

  test('no trouble with access ever counted as a failed installation or left a condition unknown', () => {
    const unreachable = history
      .statuses(installed)
      .filter((conditions) => conditions.some(({ type, status }) => isTarget(type) && status === 'False'));
    expect(unreachable.length).toBeGreaterThanOrEqual(troubles.length);
    for (const conditions of unreachable) expect(argoCdHealth(conditions)).toBe('Degraded');
    expect(history.course(installed, 'InstallSucceeded').filter((word) => word === 'Error')).toEqual([]);
  });
});

test('an operator that ends while a connection hangs says so, and the next one goes on', async () => {
  const hole = await TcpRelay.start(Number(new URL(spoke.cluster.server).port));
  hole.freeze();
  await fleet.putProfile({
    name: 'behind-a-hole',
    server: `https://127.0.0.1:${hole.port}`,
    certificateAuthority: spoke.cluster.certificateAuthority,
    execConfig: { name: spoke.profile, key: 'value', namespace: fleetNamespace },
  });
  const name = await fleet.createServing({ namespace: 'other', profile: 'behind-a-hole' });
  await waitFor('the operator connects', () => hole.accepted > 0);
  expect(await operator.process.stop()).toBe(0);
  const object = await fleet.waitForCondition(
    name,
    'TargetClusterResolved',
    'False',
    'ClusterProviderClosed',
  );
  expect(conditionOf(object, 'TargetClusterResolved')?.message).toContain(
    'cluster provider closed during shutdown',
  );
  expect(argoCdHealth(conditionsOf(object))).toBe('Degraded');
  expect(conditionOf(await fleet.serving(installed), 'Ready')?.status).toBe('True');

  hole.thaw();
  operator = await fleet.startOperator();
  const next = await fleet.waitForCondition(name, 'TargetClusterResolved', 'True');
  expect(conditionOf(next, 'InstallSucceeded')).toBeDefined();
  await hole.stop();
});

function profileName(): NamespacedName {
  return { namespace: fleetNamespace, name: spoke.profile };
}

function isTarget(type: string): boolean {
  return type === 'TargetClusterResolved';
}
