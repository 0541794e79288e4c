import type { ConditionType } from '../condition-type.ts';

/** Beside another one that is False, what is Unknown is left out. */
const unsaid = 'Another one is False, and nobody can say.';

/** What decides Ready of a KnativeServing and a KnativeEventing, by the names that the reference operator gave them. */
export const installationConditionTypes = {
  DependenciesInstalled: {
    whenTrue: 'The cluster has what the version needs.',
    whenFalse: 'The cluster runs an older Kubernetes than the version is made for.',
    absent: unsaid,
  },
  DeploymentsAvailable: {
    whenTrue: 'Every workload has rolled out.',
    whenFalse: 'Workloads are rolling out, or cannot; the message names them and why.',
    absent: unsaid,
  },
  InstallSucceeded: {
    whenTrue:
      'Every object is on the cluster as it must be. Its reason and message may tell of something odd.',
    whenFalse: 'An object could not be applied, rendered or removed, or is not as it must be.',
    absent: unsaid,
  },
  TargetClusterResolved: {
    whenTrue: 'The cluster that spec.clusterProfileRef names is reached; the hub itself without one.',
    whenFalse: 'The cluster cannot be found or reached. What is installed there goes on.',
    absent: unsaid,
  },
  VersionMigrationEligible: {
    whenTrue: 'The wanted version is at hand, and may follow the one that is installed.',
    whenFalse: 'The wanted version is not at hand, or is not the next one. Everything stays as it is.',
    absent: unsaid,
  },
} as const satisfies Record<string, ConditionType>;

export const installationReady: ConditionType = {
  whenTrue: 'All of the others are True.',
  whenFalse: 'One of the others is False; the reason and the message are those of the one that changed last.',
};
