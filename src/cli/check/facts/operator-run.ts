import * as z from 'zod';
import type { KubeObject } from '../../../api/index.ts';
import { type KubeClient, resources } from '../../../kube/index.ts';
import { lenient } from '../../hub/lenient.ts';

/** How the operator runs, and whether the one that it takes the place of does so too. */
export interface OperatorRun {
  readonly deployments: readonly OperatorDeployment[];
  /** Replicas that have been started again. */
  readonly restarts: readonly Restart[];
  /** Deployments of the reference operator, `namespace/name`, that are to have replicas. */
  readonly reference: readonly string[];
}

export interface OperatorDeployment {
  /** `namespace/name`. */
  readonly key: string;
  readonly wanted: number;
  readonly available: number;
  readonly images: readonly string[];
}

export interface Restart {
  /** `namespace/name` of the pod. */
  readonly pod: string;
  readonly count: number;
  /** RFC 3339: when the last one ended before it. */
  readonly lastAt: string | undefined;
  readonly reason: string | undefined;
}

const operatorLabel = 'app.kubernetes.io/name=wheelwright';
const referenceLabel = 'app.kubernetes.io/name=knative-operator';

/** Throws KubeError. */
export async function readOperatorRun(client: KubeClient, signal: AbortSignal): Promise<OperatorRun> {
  const list = async (labelSelector: string): Promise<readonly OperatorDeployment[]> =>
    (await client.list(resources.deployments, { labelSelector, signal })).items.map(deploymentOf);
  const [deployments, reference, pods] = await Promise.all([
    list(operatorLabel),
    list(referenceLabel),
    client.list(resources.pods, { labelSelector: operatorLabel, signal }),
  ]);
  return {
    deployments,
    restarts: pods.items.flatMap(restartsOf),
    reference: reference.filter(({ wanted }) => wanted > 0).map(({ key }) => key),
  };
}

const deployment = z.object({
  spec: lenient(
    z.object({
      replicas: lenient(z.number()),
      template: lenient(
        z.object({
          spec: lenient(z.object({ containers: lenient(z.array(z.object({ image: lenient(z.string()) }))) })),
        }),
      ),
    }),
  ),
  status: lenient(z.object({ availableReplicas: lenient(z.number()) })),
});
const pod = z.object({
  status: lenient(
    z.object({
      containerStatuses: lenient(
        z.array(
          z.object({
            restartCount: lenient(z.number()),
            lastState: lenient(
              z.object({
                terminated: lenient(
                  z.object({ finishedAt: lenient(z.string()), reason: lenient(z.string()) }),
                ),
              }),
            ),
          }),
        ),
      ),
    }),
  ),
});

function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return `${namespace ?? ''}/${name}`;
}

function deploymentOf(object: KubeObject): OperatorDeployment {
  const { spec, status } = deployment.parse(object);
  return {
    key: keyOf(object),
    wanted: spec?.replicas ?? 1,
    available: status?.availableReplicas ?? 0,
    images: (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []),
  };
}

function restartsOf(object: KubeObject): readonly Restart[] {
  return (pod.parse(object).status?.containerStatuses ?? [])
    .filter(({ restartCount = 0 }) => restartCount > 0)
    .map(({ restartCount = 0, lastState }) => ({
      pod: keyOf(object),
      count: restartCount,
      lastAt: lastState?.terminated?.finishedAt,
      reason: lastState?.terminated?.reason,
    }));
}
