import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ForbiddenError, type Resource, ServerError } from '../kube/index.ts';
import { applyPhases, type PhasesOutcome } from './apply-phases.ts';
import { DeliveryError } from './delivery-error.ts';
import { identityOf } from './identity.ts';
import { type Phase, phaseOf } from './phases.ts';
import type { DesiredObject } from './plan.ts';
import { clusterRole, configMap, deployment, fieldManager, object, Scene } from './testing/scene.ts';

const context = { cluster: 'fleet/spoke', verb: 'apply', resource: 'configmaps' };
const job = object('batch/v1', 'Job', 'migration', { where: 'knative-serving' });

function planOf(scene: Scene, objects: readonly KubeObject[]): Map<Phase, DesiredObject[]> {
  const desired = objects.map((each): DesiredObject => ({
    identity: identityOf(each),
    object: each,
    resource: scene.spoke.served.find(({ kind }) => kind === each.kind) as Resource,
    rendered: 'abc',
    phase: phaseOf(each),
    yielded: [],
  }));
  return Map.groupBy(desired, ({ phase }) => phase);
}

function applyAll(
  scene: Scene,
  objects: readonly KubeObject[],
  isOpen: (object: DesiredObject) => boolean = () => true,
): Promise<PhasesOutcome> {
  const options = {
    cluster: scene.spoke.connection(scene.signal),
    fieldManager,
    clock: scene.clock,
    isOpen,
    onApplied: () => undefined,
  };
  return applyPhases(planOf(scene, objects), options, scene.signal);
}

function refuse(scene: Scene, name: string, error: Error): void {
  scene.spoke.before = ({ verb, key }) => {
    if (verb === 'apply' && key.endsWith(name)) throw error;
  };
}

describe('the phases of a set', () => {
  it('go one after another, whatever the order of the set', async () => {
    using scene = new Scene();
    await applyAll(scene, [job, deployment('activator'), configMap('config-a'), clusterRole('role-a')]);
    expect(scene.spoke.asked()).toEqual([
      'apply clusterroles.rbac.authorization.k8s.io role-a',
      'apply configmaps knative-serving/config-a',
      'apply deployments.apps knative-serving/activator',
      'apply jobs.batch knative-serving/migration',
    ]);
  });

  it('go on past an object that the server refuses, but for Jobs', async () => {
    using scene = new Scene();
    refuse(scene, 'config-a', new ForbiddenError(context, { message: 'no', httpStatus: 403 }));
    const { refused, applied } = await applyAll(scene, [
      configMap('config-a'),
      configMap('config-b'),
      deployment('activator'),
      job,
    ]);
    expect(refused.map(({ identity }) => identity.name)).toEqual(['config-a']);
    expect(applied.size).toBe(2);
    expect(scene.spoke.all().join()).not.toContain('Job');
  });

  it('end where the server cannot answer', async () => {
    using scene = new Scene();
    refuse(scene, 'config-a', new ServerError(context, { message: 'leader changed', httpStatus: 500 }));
    const applying = applyAll(scene, [configMap('config-a'), configMap('config-b'), deployment('activator')]);
    await expect(applying).rejects.toBeInstanceOf(DeliveryError);
    expect(scene.spoke.all()).toEqual(['ConfigMap knative-serving/config-b']);
  });

  it('say when something has to wait', async () => {
    using scene = new Scene();
    const { gated } = await applyAll(scene, [configMap('config-a'), configMap('config-b')], (one) =>
      one.identity.name.endsWith('a'),
    );
    expect(gated).toBe(true);
    expect(scene.spoke.all()).toEqual(['ConfigMap knative-serving/config-a']);
  });
});
