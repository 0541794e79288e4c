import { describe, expect, it } from 'vitest';
import { kedifyConfiguration, reached, scaledObject, served } from '../testing/scaling-objects.ts';
import { canonicalId, membersOf } from './fleet-members.ts';
import { isAbout, readScaledObject } from './scaled-object.ts';

describe('what an object tells of itself', () => {
  it('is taken as far as it makes sense', () => {
    const object = scaledObject('shop/checkout', { rows: [{ member: 'b' }, { member: 'a', desired: 2 }] });
    const odd = {
      ...object,
      status: { ...(object['status'] as object), conditions: ['?', served], memberClusterStatuses: { a: 7 } },
    };
    expect(readScaledObject(odd)).toMatchObject({
      target: 'Deployment/checkout',
      total: 5,
      conditions: [served],
      rows: [{ member: 'a', state: 'Unknown', current: undefined }],
    });
    expect(readScaledObject(object).rows.map(({ member }) => member)).toEqual(['a', 'b']);
    expect(readScaledObject({ ...object, spec: 1, status: null })).toMatchObject({
      total: undefined,
      rows: [],
    });
  });

  it.each([
    [undefined, 1, true],
    [1, 1, true],
    [1, 2, false],
    [3, 2, true],
  ])('of generation %s is heeded at generation %d: %s', (observedGeneration, generation, observed) => {
    const object = scaledObject('a/b', { conditions: [{ ...served, observedGeneration } as never] });
    expect(readScaledObject({ ...object, metadata: { ...object.metadata, generation } }).observed).toBe(
      observed,
    );
  });
});

describe('a row', () => {
  const row = { current: 1, desired: 1, state: 'Ready', description: '', excluded: false, since: undefined };
  it.each<[row: object, member: object, about: boolean]>([
    [{ member: 'x', id: 'a', provider: 'kubeconfig' }, { name: 'a', id: 'a', provider: 'kubeconfig' }, true],
    [{ member: 'a', id: 'a', provider: 'file' }, { name: 'a', id: 'a', provider: 'kubeconfig' }, false],
    [{ member: 'a', id: 'a' }, { name: 'b', id: 'a', provider: 'kubeconfig' }, true],
    [{ member: 'a' }, { name: 'a', id: 'a', provider: 'kubeconfig' }, true],
    [{ member: 'a', id: 'a', provider: 'kubeconfig' }, { name: 'a' }, true],
    [{ member: 'b', id: 'b', provider: 'kubeconfig' }, { name: 'a', id: 'a', provider: 'kubeconfig' }, false],
  ])('%j is about %j: %s', (given, member, about) => {
    expect(isAbout({ ...row, ...given } as never, member as never)).toBe(about);
  });
});

describe('the members of a hub', () => {
  it('are known by canonical ids, whatever the status has', () => {
    expect(canonicalId({ id: 'a', provider: 'file' })).toBe('file#a');
    expect(canonicalId({ id: 'file#a', provider: 'file' })).toBe('file#a');
    expect(canonicalId({ id: undefined, provider: 'file' })).toBeUndefined();
    expect(canonicalId({ id: 'a', provider: undefined })).toBeUndefined();
  });

  it('are drained by what the operator says, or by an annotation that it will heed', () => {
    const clusters = { a: reached('a', { info: 'It is drained.' }), b: reached('b'), c: reached('c') };
    const told = membersOf(kedifyConfiguration(clusters, { 'drain.wheelwright.dev/b': 'true' }));
    expect(told?.map(({ name, isDrained }) => [name, isDrained])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
    expect(membersOf(kedifyConfiguration(undefined))).toBeUndefined();
  });
});
