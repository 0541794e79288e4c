import { describe, expect, it } from 'vitest';
import { resources } from '../kube/index.ts';
import { identityOf } from './identity.ts';
import { inventoryOf } from './inventory.ts';
import { phaseOf, phases } from './phases.ts';
import { type DesiredObject, type Observation, planDelivery } from './plan.ts';

function desired(kind: string, name: string, apiVersion = 'v1', rendered = 'aaaaaaaaaaaa'): DesiredObject {
  const object = { apiVersion, kind, metadata: { name, namespace: 'n' } };
  return {
    identity: identityOf(object),
    object,
    resource: resources.configMaps,
    rendered,
    phase: phaseOf(object),
    yielded: [],
  };
}

const configMap = desired('ConfigMap', 'a');
const job = desired('Job', 'migrate', 'batch/v1');
const recorded = (object: DesiredObject, owned?: string) => ({
  ...object.identity,
  rendered: object.rendered,
  ...(owned === undefined ? {} : { owned }),
});
const seen = (observation: Observation) => () => observation;
const names = (plan: ReturnType<typeof planDelivery>) =>
  phases.flatMap((phase) => (plan.apply.get(phase) ?? []).map(({ identity }) => identity.name));

describe('planning a delivery', () => {
  it('applies what was never recorded, and says that it must be recorded first', () => {
    const plan = planDelivery([configMap], new Map(), seen('unknown'));
    expect(names(plan)).toEqual(['a']);
    expect(plan).toMatchObject({ unrecorded: true, drifted: [], obsolete: [] });
  });

  it('applies again what was recorded and perhaps never applied: the process may have died in between', () => {
    expect(names(planDelivery([configMap], inventoryOf([recorded(configMap)]), seen('absent')))).toEqual([
      'a',
    ]);
  });

  it('applies what is rendered differently from what was applied', () => {
    const before = { ...recorded(configMap, 'bbbbbbbbbbbb'), rendered: 'cccccccccccc' };
    const plan = planDelivery(
      [configMap],
      inventoryOf([before]),
      seen({ owned: 'bbbbbbbbbbbb', owners: '' }),
    );
    expect(names(plan)).toEqual(['a']);
    expect(plan.drifted).toEqual([]);
  });

  it.each<[string, Observation, readonly unknown[]]>([
    ['is gone', 'absent', [{ identity: configMap.identity, action: 'recreated' }]],
    [
      'was edited',
      { owned: 'cccccccccccc', owners: '', lastWriter: 'kubectl-edit' },
      [{ identity: configMap.identity, action: 'reverted', by: 'kubectl-edit' }],
    ],
    ['is as we left it', { owned: 'bbbbbbbbbbbb', owners: '' }, []],
    ['was not looked at yet', 'unknown', []],
  ])('mends an object that %s', (_case, observation, drifted) => {
    const plan = planDelivery(
      [configMap],
      inventoryOf([recorded(configMap, 'bbbbbbbbbbbb')]),
      seen(observation),
    );
    expect(plan.drifted).toEqual(drifted);
    expect(plan.apply.size).toBe(drifted.length);
  });

  it('runs a Job once for its name: neither its absence nor another rendering starts it again', () => {
    const inventory = inventoryOf([{ ...recorded(job, 'bbbbbbbbbbbb'), rendered: 'cccccccccccc' }]);
    expect(planDelivery([job], inventory, seen('absent'))).toMatchObject({ apply: new Map(), drifted: [] });
  });

  it('starts a Job that was recorded and not created before the process died', () => {
    expect(names(planDelivery([job], inventoryOf([recorded(job)]), seen('absent')))).toEqual(['migrate']);
  });

  it('calls obsolete what is recorded and no longer wanted', () => {
    const plan = planDelivery(
      [configMap],
      inventoryOf([recorded(configMap, 'bbbbbbbbbbbb'), recorded(job, 'bbbbbbbbbbbb')]),
      seen('unknown'),
    );
    expect(plan.obsolete.map(({ name }) => name)).toEqual(['migrate']);
  });

  it('puts roles before bindings before webhooks before the rest, and jobs last', () => {
    const set = [
      job,
      desired('Deployment', 'deployment', 'apps/v1'),
      desired('Image', 'image', 'caching.internal.knative.dev/v1alpha1'),
      configMap,
      desired('ValidatingWebhookConfiguration', 'webhook', 'admissionregistration.k8s.io/v1'),
      desired('ClusterRoleBinding', 'binding', 'rbac.authorization.k8s.io/v1'),
      desired('ClusterRole', 'role', 'rbac.authorization.k8s.io/v1'),
      desired('Namespace', 'namespace'),
    ];
    expect(names(planDelivery(set, new Map(), seen('unknown')))).toEqual([
      'namespace',
      'role',
      'binding',
      'webhook',
      'a',
      'deployment',
      'image',
      'migrate',
    ]);
  });
});
