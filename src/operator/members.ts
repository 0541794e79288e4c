import { type EngagedCluster, type MemberRegistry, Members, SecretMembers } from '../clusters/index.ts';
import type { Logger } from '../controller/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { memberServerPolicy } from './access-flags.ts';
import { connectSpoke, type ConnectSpokeOptions } from './connect-spoke.ts';
import type { OperatorOptions } from './options.ts';

export interface MembersSetup extends Omit<ConnectSpokeOptions, 'options'> {
  readonly options: OperatorOptions;
  readonly hub: KubeClient;
  /** The operator's own namespace. */
  readonly namespace: string;
  /** The operator runs in the hub cluster. */
  readonly inside: boolean;
  readonly log: Logger;
}

/** The members that workloads are spread over. Nothing of it runs, and no member is contacted, before `start`. */
export interface OperatorMembers {
  readonly registry: MemberRegistry;
  /** For metrics. */
  engaged(): Iterable<EngagedCluster>;
  start(signal: AbortSignal): void;
  close(): Promise<void>;
}

/** Undefined where nothing is spread over members, so that nobody needs them. */
export function createMembers(setup: MembersSetup): OperatorMembers | undefined {
  const { options, hub, namespace, inside, clock, log } = setup;
  const { distributedScaledObjects, distributedScaledJobs } = options.scaling;
  if (!distributedScaledObjects && !distributedScaledJobs) return undefined;
  const registry = new Members();
  const told = new Map<string, string>();
  const secrets = new SecretMembers({
    client: hub,
    namespace,
    policy: memberServerPolicy(options, inside),
    connectClient: connectSpoke(setup),
    clock,
    onChange: () => registry.changed(),
    onProblem: (member, problem) => {
      const key = member ?? '';
      if (told.get(key) === problem) return;
      if (problem === undefined) told.delete(key);
      else {
        told.set(key, problem);
        log.warn({ member, problem }, member === undefined ? 'cannot read members' : 'cannot use a member');
      }
    },
  });
  registry.add(secrets);
  return {
    registry,
    engaged: () => secrets.engaged(),
    start: (signal) => void secrets.run(signal),
    close: () => secrets.close(),
  };
}
