import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/index.ts';
import { ForbiddenError, InvalidError, type KubeClient, ServerError } from '../../../kube/index.ts';
import { FakeClock } from '../../../../test/support/memory-hub.ts';
import { childScaledObject } from './child-scaled-object.ts';
import { readChild } from './child.ts';
import { scaledObjectKind } from '../scaled-object-kind.ts';
import { ScaledObjectWriter } from './scaled-object-writer.ts';
import { distributed, stored, storedChild } from './testing/objects.ts';

const resource = { ...scaledObjectKind, plural: 'scaledobjects', namespaced: true };
const wanted = childScaledObject(distributed());
const other = childScaledObject(distributed({ spec: { maxReplicaCount: 5 } }));
const { signal } = new AbortController();
const refused = { cluster: 'hub', verb: 'apply', resource: 'scaledobjects.keda.sh' };

let sent: string[];
let answer: (object: KubeObject) => KubeObject;
let clock: FakeClock;
let writer: ScaledObjectWriter;

beforeEach(() => {
  sent = [];
  answer = (object) => stored(object);
  clock = new FakeClock();
  /** A hub that has whatever was sent last. */
  const client = {
    apply: async (_resource: unknown, object: KubeObject) => {
      sent.push('apply');
      return answer(object);
    },
    patch: async (_resource: unknown, _name: unknown, _type: unknown, body: { readonly spec: object }) => {
      sent.push(`patch ${JSON.stringify(body.spec)}`);
      return stored(wanted);
    },
  } as unknown as KubeClient;
  writer = new ScaledObjectWriter(client, 'wheelwright', clock);
});

describe('a ScaledObject is written', () => {
  it('when there is none, and not when it is as wanted', async () => {
    expect((await writer.write(resource, wanted, undefined, signal)).is).toBe('there');
    expect((await writer.write(resource, wanted, storedChild(), signal)).is).toBe('there');
    expect(sent).toEqual(['apply']);
  });

  it('again at once when the hub says that there is none any more', async () => {
    await writer.write(resource, wanted, undefined, signal);
    await writer.write(resource, wanted, undefined, signal);
    expect(sent).toEqual(['apply', 'apply']);
  });

  it('once, while the watch still shows what was before', async () => {
    const before = storedChild({ spec: {}, resourceVersion: '0' });
    await writer.write(resource, wanted, before, signal);
    await writer.write(resource, wanted, before, signal);
    expect(sent).toEqual(['apply']);
    await clock.advance(60_000);
    await writer.write(resource, wanted, before, signal);
    expect(sent).toEqual(['apply', 'apply']);
  });

  it('without what somebody added to the spec', async () => {
    answer = (object) => {
      const spec = { ...(object['spec'] as object), minReplicaCount: 2 };
      return stored({ ...object, spec });
    };
    await writer.write(resource, wanted, storedChild({ spec: {} }), signal);
    expect(sent).toEqual(['apply', 'patch {"minReplicaCount":null}']);
  });

  it('once, where the hub makes something else of it', async () => {
    const withoutTarget = { ...wanted, spec: { scaleTargetRef: {} } };
    answer = () => stored(withoutTarget);
    const wish = childScaledObject(distributed({ spec: { maxReplicaCount: 7 } }));
    const first = await writer.write(resource, wish, undefined, signal);
    if (first.is !== 'there') throw new Error('it was refused');
    const shown = { ...first.child, resourceVersion: '8' };
    const writes = sent.length;
    expect((await writer.write(resource, wish, shown, signal)).is).toBe('there');
    await clock.advance(3_600_000);
    expect((await writer.write(resource, wish, shown, signal)).is).toBe('there');
    expect(sent).toHaveLength(writes);
    await writer.write(resource, wish, { ...shown, spec: { maxReplicaCount: 50 } }, signal);
    expect(sent.length).toBeGreaterThan(writes);
  });
});

describe('somebody who undoes it again and again', () => {
  const undone = (version: number): ReturnType<typeof storedChild> =>
    storedChild({ spec: { maxReplicaCount: 50 }, resourceVersion: `by-them-${version}` });

  it('wins for a minute after five times, and then it is set right once', async () => {
    const outcomes: string[] = [];
    for (let version = 0; version < 8; version++)
      outcomes.push((await writer.write(resource, wanted, undone(version), signal)).is);
    expect(outcomes).toEqual([...Array<string>(6).fill('there'), 'contended', 'contended']);
    expect(sent).toHaveLength(6);
    await clock.advance(60_000);
    expect((await writer.write(resource, wanted, undone(9), signal)).is).toBe('there');
  });

  it('does not hinder another wish', async () => {
    for (let version = 0; version < 7; version++)
      await writer.write(resource, wanted, undone(version), signal);
    expect((await writer.write(resource, other, undone(8), signal)).is).toBe('there');
  });
});

describe('a refusal', () => {
  const refusals = [
    new InvalidError(refused, { message: 'spec.triggers: Invalid value' }),
    new ForbiddenError(refused, {
      message: 'admission webhook "vscaledobject.kb.io" denied the request: no',
    }),
  ];

  it.each(refusals)('is told of and not asked for again soon: %s', async (error) => {
    answer = () => {
      throw error;
    };
    const told = { is: 'refused', message: error.status.message };
    expect(await writer.write(resource, wanted, undefined, signal)).toEqual(told);
    expect(await writer.write(resource, wanted, undefined, signal)).toEqual(told);
    expect(sent).toEqual(['apply']);
    await clock.advance(60_000);
    answer = (object) => stored(object);
    expect((await writer.write(resource, wanted, undefined, signal)).is).toBe('there');
  });

  it('says nothing about another wish', async () => {
    answer = (object) => {
      if (object === wanted) throw refusals[0];
      return stored(object);
    };
    await writer.write(resource, wanted, undefined, signal);
    expect((await writer.write(resource, other, undefined, signal)).is).toBe('there');
  });

  it.each([
    new ForbiddenError(refused, { message: 'User "wheelwright" cannot patch resource "scaledobjects"' }),
    new ServerError(refused, { message: 'failed calling webhook' }),
  ])('is none where the hub could not or would not listen: %s', async (error) => {
    answer = () => {
      throw error;
    };
    await expect(writer.write(resource, wanted, undefined, signal)).rejects.toBe(error);
    await expect(writer.write(resource, wanted, undefined, signal)).rejects.toBe(error);
    expect(sent).toHaveLength(2);
  });
});

it('what is read back is what the hub has', async () => {
  const written = await writer.write(resource, wanted, undefined, signal);
  expect(written).toEqual({ is: 'there', child: readChild(stored(wanted), 'wheelwright') });
});
