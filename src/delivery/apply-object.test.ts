import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ConflictError, InvalidError, type Resource, type StatusCause } from '../kube/index.ts';
import { type AppliedObject, applyObject } from './apply-object.ts';
import { configMap, fieldManager, object, Scene } from './testing/scene.ts';

const context = { cluster: 'fleet/spoke', verb: 'apply', resource: 'configmaps' };

async function apply(scene: Scene, wanted: KubeObject, yielded?: readonly string[]): Promise<AppliedObject> {
  const resource = scene.spoke.served.find(({ kind }) => kind === wanted.kind) as Resource;
  return applyObject(wanted, {
    client: scene.spoke.client,
    resource,
    fieldManager,
    yielded,
    signal: scene.signal,
  });
}

function conflictOnce(scene: Scene, causes: readonly StatusCause[]): void {
  let times = 0;
  scene.spoke.before = ({ verb }) => {
    if (verb === 'apply' && times++ === 0)
      throw new ConflictError(context, { message: 'conflict', httpStatus: 409, causes });
  };
}

function refuseOnce(scene: Scene, causes: readonly StatusCause[]): void {
  let times = 0;
  scene.spoke.before = ({ verb }) => {
    if (verb === 'apply' && times++ === 0)
      throw new InvalidError(context, { message: 'invalid', httpStatus: 422, causes });
  };
}

const conflict = (field: string, message: string): StatusCause => ({
  reason: 'FieldManagerConflict',
  field,
  message,
});

describe('an apply', () => {
  it('tells whether the object was there before', async () => {
    using scene = new Scene();
    expect((await apply(scene, configMap('a'))).created).toBe(true);
    expect((await apply(scene, configMap('a', undefined, { a: 'c' }))).created).toBe(false);
  });

  it('takes back what was merely written, and leaves what somebody applied on purpose', async () => {
    using scene = new Scene();
    const theirs = configMap('a', undefined, { mine: 'theirs', a: 'theirs' });
    scene.spoke.seed(theirs, 'platform-team');
    conflictOnce(scene, [
      conflict('.data.a', 'conflict with "kubectl-edit" using v1 at 2026-01-01T00:00:00Z'),
      conflict('.data.mine', 'conflict with "platform-team"'),
    ]);
    const wanted = configMap('a', undefined, { a: 'ours', mine: 'ours' });
    const { left, taken, owners } = await apply(scene, wanted);
    expect(left).toMatchObject([{ field: '.data.mine', manager: 'platform-team' }]);
    expect(taken).toMatchObject([{ field: '.data.a', manager: 'kubectl-edit' }]);
    expect(owners).toMatch(/^platform-team@/);
    expect(scene.spoke.peek(wanted)?.['data']).toEqual({ a: 'ours', mine: 'theirs' });
  });

  it('says nothing about a field that is yielded', async () => {
    using scene = new Scene();
    conflictOnce(scene, [conflict('.data.env', 'conflict with "controller" using v1')]);
    const wanted = configMap('a', undefined, { a: 'ours', env: 'ours' });
    expect(await apply(scene, wanted, ['.data.env'])).toMatchObject({ left: [], taken: [] });
    expect(scene.spoke.peek(wanted)?.['data']).toEqual({ a: 'ours' });
  });

  it('passes on a conflict that is not about fields', async () => {
    using scene = new Scene();
    conflictOnce(scene, []);
    await expect(apply(scene, configMap('a'))).rejects.toBeInstanceOf(ConflictError);
  });

  it('makes a binding anew that points elsewhere', async () => {
    using scene = new Scene();
    const binding = (name: string) =>
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', { where: 'n', roleRef: { name } });
    const { uid } = scene.spoke.seed(binding('old')).metadata;
    refuseOnce(scene, [{ field: 'roleRef', message: 'cannot change roleRef' }]);
    expect((await apply(scene, binding('new'))).created).toBe(true);
    const now = scene.spoke.peek(binding('new'));
    expect(now).toMatchObject({ roleRef: { name: 'new' } });
    expect(now?.metadata.uid).not.toBe(uid);
  });

  it('makes a binding anew where only force shows that it points elsewhere', async () => {
    using scene = new Scene();
    const binding = (name: string) =>
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', { where: 'n', roleRef: { name } });
    const { uid } = scene.spoke.seed(binding('old')).metadata;
    const causes = [conflict('.roleRef.name', 'conflict with "kubectl-create" using v1')];
    const refusals = [{ field: 'roleRef', message: 'cannot change roleRef' }];
    const answers = [
      new ConflictError(context, { message: 'conflict', httpStatus: 409, causes }),
      new InvalidError(context, { message: 'invalid', httpStatus: 422, causes: refusals }),
    ];
    scene.spoke.before = ({ verb }) => {
      const answer = verb === 'apply' ? answers.shift() : undefined;
      if (answer !== undefined) throw answer;
    };
    expect(await apply(scene, binding('new'))).toMatchObject({ created: true, left: [], taken: [] });
    const calls = scene.spoke.asked(0, /^(apply|delete)$/).map((call) => call.split(' ')[0]);
    expect(calls).toEqual(['apply', 'apply', 'delete', 'apply']);
    const now = scene.spoke.peek(binding('new'));
    expect(now).toMatchObject({ roleRef: { name: 'new' } });
    expect(now?.metadata.uid).not.toBe(uid);
  });

  it('lets a Job run on that was made from another rendering, and owns it', async () => {
    using scene = new Scene();
    const job = (image: string) => object('batch/v1', 'Job', 'j', { where: 'n', spec: { image } });
    scene.spoke.seed(job('old'));
    refuseOnce(scene, [{ field: 'spec.template', message: 'field is immutable' }]);
    const wanted = job('new');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'anchor', uid: '1' }];
    await apply(scene, { ...wanted, metadata: { ...wanted.metadata, ownerReferences } });
    expect(scene.spoke.peek(wanted)).toMatchObject({ spec: { image: 'old' }, metadata: { ownerReferences } });
  });

  it('passes on what the server says against the object itself', async () => {
    using scene = new Scene();
    refuseOnce(scene, [{ field: 'data', message: 'too long' }]);
    await expect(apply(scene, configMap('a'))).rejects.toBeInstanceOf(InvalidError);
    expect(scene.spoke.all()).toEqual([]);
  });
});
