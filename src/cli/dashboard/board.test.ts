import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { resources, systemClock } from '../../kube/index.ts';
import { type Hub, openHub } from '../hub/open-hub.ts';
import { testHost } from '../testing/test-host.ts';
import { Board } from './board.ts';
import { DashboardRig } from './testing/dashboard-rig.ts';
import { shownFleet } from './testing/shown-fleet.ts';

describe('the board', () => {
  let rig: DashboardRig;
  let hub: Hub;
  let ended: AbortController;

  beforeEach(async () => {
    const served = shownFleet.filter(({ kind }) => kind !== 'DistributedScaledObject');
    rig = await DashboardRig.start(served, { without: ['DistributedScaledObject'] });
    hub = await openHub({ kubeconfig: rig.kubeconfig }, testHost(), { clock: systemClock });
    ended = new AbortController();
  });

  afterEach(async () => {
    ended.abort(new Error('over'));
    await hub.close();
    await rig.stop();
  });

  it('finds definitions that are installed while it runs', async () => {
    const board = new Board(hub, { clock: systemClock, lookAgainMs: 0 });
    const running = board.run(ended.signal);
    await Promise.race([board.next, running]);
    expect(board.posted?.fleet.scaledObjects).toEqual([]);
    rig.hub.resources.push(resources.distributedScaledObjects);
    for (const object of shownFleet.filter(({ kind }) => kind === 'DistributedScaledObject')) rig.put(object);
    await eventually(() => board.posted?.fleet.scaledObjects.length === 1);
    ended.abort(new Error('over'));
    await expect(running).rejects.toThrow('over');
  });

  it('goes on with what it knows when the hub is lost as it looks again', async () => {
    const board = new Board(hub, { clock: systemClock, lookAgainMs: 0 });
    const running = board.run(ended.signal);
    await Promise.race([board.next, running]);
    await rig.hub.stop();
    await eventually(() => board.posted?.stale !== undefined);
    expect(board.posted?.fleet.clusters).toHaveLength(2);
    ended.abort(new Error('over'));
    await expect(running).rejects.toThrow('over');
  });
});
