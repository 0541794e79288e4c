import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, type Resource, resources, ServerError, type WatchEvent } from '../../kube/index.ts';
import { settle } from '../../../test/support/memory-hub.ts';
import { objectName, ScalingWorld } from '../testing/scaling-world.ts';
import { ScalingController } from './scaling-controller.ts';

let stand: Stand;

beforeEach(async () => {
  stand = new Stand();
  await stand.begin();
});

afterEach(() => stand.end());

/** A controller of this replica, which has its keys or not, on a hub in memory. */
class Stand {
  readonly world = new ScalingWorld();
  readonly controller: ScalingController;
  /** Runs after a plan was kept, before the answer is known. */
  afterPlan: () => Promise<void> = async () => undefined;
  readonly #life = new AbortController();
  /** The term in which this replica has all keys. */
  #term: AbortController | undefined = new AbortController();

  constructor() {
    const { services, metrics, clock } = this.world;
    this.controller = new ScalingController({
      services: { hub: this.#hub(services.hub), members: services.members, events: services.events },
      hubUid: 'hub',
      createEngine: () => this.world.engine,
      workers: 2,
      ownership: { signalFor: () => this.#term?.signal },
      log: pino({ level: 'silent' }),
      metrics,
      clock,
    });
  }

  /** A total of 10 over three members. */
  async begin(): Promise<void> {
    for (const member of this.world.members) member.put(1);
    this.world.seed();
    this.controller.start(this.#life.signal);
    await this.rest();
    await this.scale(10);
    await this.rest();
  }

  /** As an autoscaler does; a server counts that. */
  async scale(total: number): Promise<void> {
    await this.world.scale(total);
    const { object } = this.world;
    const generation = (object.metadata.generation ?? 0) + 1;
    this.world.hub.seed({ ...object, metadata: { ...object.metadata, generation } });
  }

  rest(): Promise<void> {
    return this.world.clock.advance(5_000);
  }

  lose(): void {
    this.#term?.abort(new Error('lost'));
    this.#term = undefined;
    this.controller.release(() => true);
  }

  gain(): void {
    this.#term = new AbortController();
    this.controller.gain(() => true);
  }

  /** The next write of that part waits until the test lets it go on. */
  hold(part: 'status' | 'plan'): { readonly reached: Promise<void>; readonly release: () => void } {
    const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.world.hub.before = async (call) => {
      const isPlan = JSON.stringify(call.body ?? '').includes('wheelwright.dev/plan-state');
      if (part === 'plan' ? !isPlan : call.subresource !== 'status') return;
      this.world.hub.before = () => undefined;
      reached.resolve();
      await held.promise;
    };
    return { reached: reached.promise, release: held.resolve };
  }

  /** What is held and told for the object. */
  async traces(): Promise<readonly string[]> {
    await settle();
    const watching = this.world.members.flatMap(({ name, watching }) => (watching > 0 ? [name] : []));
    const text = await this.world.metrics.text();
    const series = text.split('\n').filter((line) => /"team"/.test(line) && !/_total\{/.test(line));
    return [...watching, ...series];
  }

  end(): void {
    this.#life.abort();
  }

  #hub(client: KubeClient): KubeClient {
    const { hub } = this.world;
    const objects = (kind: string): readonly KubeObject[] =>
      hub.all().filter((object) => object.kind === kind);
    return Object.assign(Object.create(client) as KubeClient, {
      patch: async (...call: Parameters<KubeClient['patch']>) => {
        const patched = await client.patch(...call);
        if (JSON.stringify(call[3]).includes('wheelwright.dev/plan-state')) await this.afterPlan();
        return patched;
      },
      list: async ({ kind }: Resource) => ({
        items: kind === resources.distributedScaledObjects.kind ? objects(kind) : [],
        resourceVersion: '1',
      }),
      watch: async (
        { kind }: Resource,
        options: { readonly sendInitialEvents?: boolean; readonly onOpen?: () => void },
        onEvent: (event: WatchEvent) => void,
        signal: AbortSignal,
      ) => {
        options.onOpen?.();
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        if (options.sendInitialEvents === true) {
          for (const object of objects(kind)) onEvent({ type: 'ADDED', object } as unknown as WatchEvent);
          const bookmark = { type: 'BOOKMARK', object: { metadata: { annotations, resourceVersion: '1' } } };
          onEvent(bookmark as unknown as WatchEvent);
        }
        await hub.watch({} as Resource, options, onEvent, signal);
      },
    });
  }
}

describe('a replica that loses its keys, however that happens', () => {
  test('ends what runs for them at once', async () => {
    expect(stand.world.split).toEqual([4, 3, 3]);
    expect(await stand.traces()).not.toEqual([]);
    stand.lose();
    expect(stand.world.engine.forgotten).toEqual(['team/web']);
    expect(await stand.traces()).toEqual([]);
    stand.world.member('one').put(9);
    await stand.scale(20);
    await stand.rest();
    expect(await stand.traces()).toEqual([]);
    expect(stand.world.split).toEqual([9, 3, 3]);
  });

  test.each(['status', 'plan'] as const)(
    'leaves nothing of a pass that writes its %s meanwhile',
    async (part) => {
      const held = stand.hold(part);
      await stand.scale(20);
      await held.reached;
      const writes = stand.world.members.flatMap(({ writes }) => writes).length;
      stand.lose();
      held.release();
      await stand.rest();
      expect(stand.world.members.flatMap(({ writes }) => writes)).toHaveLength(writes);
      expect(await stand.traces()).toEqual([]);
      expect(stand.world.engine.forgotten.length).toBeGreaterThan(1);
    },
  );

  test('takes them up where another one left them', async () => {
    stand.lose();
    await stand.scale(20);
    stand.gain();
    await stand.rest();
    expect(stand.world.split).toEqual([7, 6, 7]);
    expect(await stand.traces()).not.toEqual([]);
  });

  test('goes on in a new term although a pass of the old one is still under way', async () => {
    const held = stand.hold('plan');
    await stand.scale(20);
    await held.reached;
    stand.lose();
    stand.gain();
    held.release();
    await stand.rest();
    expect(stand.world.split).toEqual([7, 6, 7]);
    expect(await stand.traces()).not.toEqual([]);
  });
});

describe('many objects with one dead member', () => {
  const count = 130;
  const place = (index: number) => ({ namespace: 'team', name: `web-${index}` });

  async function crowd(): Promise<void> {
    const { status: _none, ...model } = stand.world.object;
    const spec = model['spec'] as { readonly scaledObjectSpec: object };
    for (let index = 0; index < count; index++) {
      for (const member of stand.world.members) member.put(3, { name: `web-${index}` });
      const scaleTargetRef = { name: `web-${index}` };
      stand.world.hub.seed({
        ...model,
        metadata: { ...place(index), uid: `uid-of-${index}`, generation: 1 },
        spec: {
          ...spec,
          totalTargetReplicas: 9,
          scaledObjectSpec: { ...spec.scaledObjectSpec, scaleTargetRef },
        },
      });
    }
    await stand.rest();
  }

  /** How many have others take over. */
  function moved(): number {
    const [one] = stand.world.members;
    return Array.from({ length: count }, (_, index) => one?.replicas(place(index))).filter((n) => n !== 3)
      .length;
  }

  test('move one after the other, fifty in a second, all of them in the end (C10)', async () => {
    await crowd();
    stand.world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    stand.controller.adopt(() => true);
    await stand.world.clock.advance(9_000);
    const counts = [moved()];
    for (let seconds = 0; seconds < 6; seconds++) {
      await stand.world.clock.advance(1_000);
      counts.push(moved());
    }
    const steps = counts.map((sum, index) => sum - (counts[index - 1] ?? 0));
    expect(counts[0]).toBe(0);
    // With the first there are those that were saved up.
    expect(Math.max(...steps)).toBeLessThanOrEqual(100);
    expect(steps.filter((step) => step > 50).length).toBeLessThanOrEqual(1);
    expect(counts.at(-1)).toBe(count);
  }, 60_000);
});

describe('an object', () => {
  test.each(['status', 'plan'] as const)(
    'that goes while a pass writes its %s leaves nothing',
    async (part) => {
      const held = stand.hold(part);
      await stand.scale(20);
      await held.reached;
      const writes = stand.world.members.flatMap(({ writes }) => writes).length;
      stand.world.hub.remove(objectName);
      await settle();
      held.release();
      await stand.rest();
      expect(stand.world.members.flatMap(({ writes }) => writes)).toHaveLength(writes);
      expect(await stand.traces()).toEqual([]);
      expect(stand.world.engine.forgotten.length).toBeGreaterThan(1);
    },
  );

  test('that goes as soon as its plan is kept is not scaled any more', async () => {
    stand.afterPlan = async () => {
      stand.world.hub.remove(objectName);
      await settle();
    };
    const writes = stand.world.members.flatMap(({ writes }) => writes).length;
    await stand.scale(20);
    await stand.rest();
    expect(stand.world.members.flatMap(({ writes }) => writes)).toHaveLength(writes);
    expect(await stand.traces()).toEqual([]);
  });

  test('that a member does not let be scaled is told of once, by the name that the user has for it', async () => {
    const [member] = stand.world.members;
    if (member === undefined) throw new Error('there is no member');
    stand.world.told.set('one', { alias: 'eu' });
    member.onWrite = () => {
      throw new ServerError({ cluster: 'one', verb: 'patch', resource: 'deployments' }, { message: 'no' });
    };
    await stand.scale(20);
    for (let look = 0; look < 5; look++) await stand.rest();
    const told = stand.world.events.filter(({ reason }) => reason === 'ScaleFailed');
    expect(told.map(({ note }) => note)).toEqual([expect.stringMatching(/^eu cannot be scaled to 7: .*no/)]);
  });

  test('whose notes are dropped gets them back at once', async () => {
    const { annotations: _dropped, ...metadata } = stand.world.object.metadata;
    stand.world.hub.seed({ ...stand.world.object, metadata });
    await stand.rest();
    expect(stand.world.object.metadata.annotations).toHaveProperty(['wheelwright.dev/plan-state']);
  });

  test('on a workload that another one scales does nothing until that one is gone', async () => {
    const younger = { namespace: 'team', name: 'again' };
    const { status: _none, ...elder } = stand.world.object;
    stand.world.hub.seed({
      ...elder,
      metadata: { ...younger, uid: 'uid-2', generation: 1, creationTimestamp: '2026-01-01T00:00:01Z' },
      spec: { ...(stand.world.object['spec'] as object), totalTargetReplicas: 30 },
    });
    await stand.rest();
    const ready = (): unknown => {
      const status = stand.world.hub.peek(younger)?.['status'] as {
        readonly conditions: readonly { readonly type: string }[];
      };
      return status.conditions.find(({ type }) => type === 'Ready');
    };
    expect(ready()).toMatchObject({ status: 'False', reason: 'ScaleTargetConflict' });
    expect(stand.world.split).toEqual([4, 3, 3]);
    expect(stand.world.condition('Ready')).toBe('True AllMembersReady');
    expect(stand.world.engine.asked).not.toContain('again');

    stand.world.hub.remove(objectName);
    await stand.rest();
    expect(stand.world.split).toEqual([10, 10, 10]);
    expect(ready()).toMatchObject({ status: 'True' });
  });
});

describe('a total', () => {
  /** Pods of a member, one after another. */
  async function becomeReady(most: number): Promise<void> {
    for (let ready = 0; ready <= most; ready++) {
      stand.world.member('one').put(4, { ready });
      await stand.world.clock.advance(1);
    }
  }

  test('is not looked at again for each of the news that members have of it', async () => {
    const { asked } = stand.world.engine;
    const before = asked.length;
    await becomeReady(150);
    const meanwhile = asked.length;
    expect(meanwhile - before).toBeLessThan(10);
    await stand.rest();
    expect(asked.length).toBeGreaterThan(meanwhile);
  });

  test('does not wait for news of members that are being gathered', async () => {
    await becomeReady(3);
    await stand.scale(20);
    await settle();
    expect(stand.world.split).toEqual([7, 6, 7]);
  });

  test('goes before the status of the one that it overtakes', async () => {
    const held = stand.hold('status');
    await stand.scale(20);
    await held.reached;
    await stand.scale(30);
    await settle();
    stand.world.course.length = 0;
    held.release();
    await stand.rest();
    expect(stand.world.course.slice(0, 4).toSorted()).toEqual(['hub object', 'one 10', 'three 10', 'two 10']);
    expect(stand.world.status).toMatchObject({ memberClusterStatuses: { one: { desiredReplicas: 10 } } });
  });
});
