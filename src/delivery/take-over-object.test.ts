import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ConflictError, type Resource } from '../kube/index.ts';
import type { AppliedObject } from './apply-object.ts';
import { configMap, fieldManager, Scene } from './testing/scene.ts';
import { takeOverObject } from './take-over-object.ts';

async function takeOver(scene: Scene, wanted: KubeObject): Promise<AppliedObject> {
  const resource = scene.spoke.served.find(({ kind }) => kind === wanted.kind) as Resource;
  const { client } = scene.spoke;
  return takeOverObject(wanted, { client, resource, fieldManager, signal: scene.signal });
}

/** One as the reference operator leaves it: written, not applied, with its notes. */
function written(scene: Scene, object: KubeObject): void {
  const annotations = { manifestival: 'new' };
  const seeded = scene.spoke.seed(
    { ...object, metadata: { ...object.metadata, annotations } },
    'manifestival',
  );
  const managedFields = (seeded.metadata.managedFields ?? []).map((entry) => ({
    ...entry,
    operation: 'Update',
  }));
  scene.spoke.edit(object, { metadata: { managedFields } }, 'manifestival');
}

function managers(scene: Scene, object: KubeObject): readonly unknown[] {
  const { managedFields = [] } = scene.spoke.peek(object)?.metadata ?? {};
  return managedFields.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]);
}

const wanted = configMap('a');
const context = { cluster: 'fleet/spoke', verb: 'patch', resource: 'configmaps' };
const changed = new ConflictError(context, { message: 'the object has been modified', httpStatus: 409 });

describe('an object of the reference operator', () => {
  it('becomes ours, and keeps the notes of that operator', async () => {
    using scene = new Scene();
    written(scene, wanted);
    const applied = await takeOver(scene, wanted);
    expect(applied).toMatchObject({ created: false, inherits: undefined });
    expect(scene.spoke.peek(wanted)?.metadata.annotations).toEqual({ manifestival: 'new' });
    expect(managers(scene, wanted)).toEqual([
      ['manifestival', 'Update', { 'f:metadata': { 'f:annotations': { 'f:manifestival': {} } } }],
      ['wheelwright', 'Apply', expect.objectContaining({ 'f:data': { 'f:a': {} } })],
    ]);
    expect(scene.spoke.asked(0, /patch/)).toHaveLength(1);
  });

  it('is taken over once, and then costs what any object does', async () => {
    using scene = new Scene();
    written(scene, wanted);
    await takeOver(scene, wanted);
    const before = scene.spoke.calls.length;
    await takeOver(scene, wanted);
    expect(scene.spoke.asked(before)).toEqual(['apply configmaps knative-serving/a']);
  });

  it('is looked at anew where somebody writes it meanwhile', async () => {
    using scene = new Scene();
    written(scene, wanted);
    let times = 0;
    scene.spoke.before = ({ verb }) => {
      if (verb === 'patch' && times++ < 2) throw changed;
    };
    expect(await takeOver(scene, wanted)).toMatchObject({ inherits: undefined });
    expect(scene.spoke.asked(0, /patch/)).toHaveLength(3);
  });

  it('is left for later where somebody writes it all the time', async () => {
    using scene = new Scene();
    written(scene, wanted);
    scene.spoke.before = ({ verb }) => {
      if (verb === 'patch') throw changed;
    };
    await expect(takeOver(scene, wanted)).rejects.toBe(changed);
  });
});
