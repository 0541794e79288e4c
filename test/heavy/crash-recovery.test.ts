import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../bed/index.ts';
import {
  comparable,
  conditionOf,
  deliveredObjects,
  deliveredPlaces,
  Fleet,
  Installation,
  isDefinition,
  leftBehind,
  placeOf,
  type RunningOperator,
  type Spoke,
  setSchedulable,
} from '../fleet/index.ts';

let fleet: Fleet;
let operator: RunningOperator;
/** What an installation is that nothing disturbed. */
let undisturbed: Readonly<Record<string, unknown>>;
/** The one that is removed next, on the second spoke. */
let previous: Installation;
/** Milliseconds that an install and a removal take here, beside each other. */
let longestMs: number;

const rounds = 10;
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

beforeAll(async () => {
  process.stderr.write(`crash-recovery: CRASH_SEED=${seed}\n`);
  fleet = await Fleet.start({ spokes: 2 });
  operator = await startOperator();
  const [first, second] = [fleet.spoke(0), fleet.spoke(1)];
  const one = await install(first);
  await one.waitForReady();
  const startedAt = performance.now();
  previous = await install(second);
  await Promise.all([one.delete(), previous.waitForReady(), one.waitForGone()]);
  longestMs = performance.now() - startedAt;
  undisturbed = await contents(second);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** No leader election: one that was killed would hold its Lease for a while. */
function startOperator(): Promise<RunningOperator> {
  return fleet.startOperator({ flags: ['--disable-ha'] });
}

function install({ profile }: Spoke): Promise<Installation> {
  return Installation.create(fleet, 'serving', { name: profile, namespace: 'knative-serving', profile });
}

/** The rules of aggregated roles are filled in by the cluster, when it comes to it. */
const settling = { timeout: 30_000, interval: 250 };

/** By place, with the names of spokes and owners made equal. */
async function contents({ client, profile }: Spoke): Promise<Readonly<Record<string, unknown>>> {
  const objects = await deliveredObjects(client);
  return Object.fromEntries(
    objects.map((object) => {
      const text = JSON.stringify(comparable(object)).replaceAll(profile, 'SPOKE');
      return [placeOf(object), JSON.parse(text) as unknown];
    }),
  );
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function* randomNumbers(from: number): Generator<number, never> {
  for (let state = from; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

test(`killed at ${rounds} moments of an install and of a removal, the operator ends where it would have ended`, async () => {
  const random = randomNumbers(seed);
  const moments = Array.from(
    { length: rounds },
    (_, round) => ((round + random.next().value) / rounds) * longestMs,
  );
  const [one, other] = [fleet.spoke(0), fleet.spoke(1)];
  for (const [round, moment] of moments.entries()) {
    const [target, last] = round % 2 === 0 ? [one, other] : [other, one];
    const what = `seed ${seed}, round ${round}, killed after ${Math.round(moment)} ms`;
    const next = await install(target);
    await previous.delete();
    await new Promise((resolve) => {
      setTimeout(resolve, moment);
    });
    await operator.process.kill();
    operator = await startOperator();
    await Promise.all([next.waitForReady(), previous.waitForGone()]);
    await expect
      .poll(async () => ({ what, ...(await contents(target)) }), settling)
      .toEqual({ what, ...undisturbed });
    await waitFor(`nothing is left on the other spoke (${what})`, async (saw) => {
      const left = await leftBehind(last.client);
      saw(left);
      return left.length === 0;
    });
    previous = next;
  }
  await previous.delete();
  await previous.waitForGone();
});

test('an API server that dies in the middle of an installation gets the rest of it when it is back', async () => {
  const spoke = fleet.spoke(0);
  // No pod can start, so that the installation is not over before the server is.
  await setSchedulable(spoke.client, false);
  // A namespace that is still going is a failure of its own; and definitions stay, whatever is removed.
  await waitFor('nothing of the last one is going any more', async (saw) => {
    const going = (await deliveredPlaces(spoke.client)).filter((place) => !isDefinition(place));
    saw(going);
    return going.length === 0;
  });
  const installation = await install(spoke);
  await waitFor('a part of it is there', async () => {
    const places = await deliveredPlaces(spoke.client);
    return places.some((place) => !isDefinition(place));
  });
  await spoke.cluster.kill('kube-apiserver');
  const lost = await installation.waitForCondition({
    type: 'TargetClusterResolved',
    status: 'False',
    reason: 'RemoteClientCreationFailed',
  });
  expect(conditionOf(lost, 'InstallSucceeded')).not.toMatchObject({ status: 'False' });
  expect(lost['status']).not.toHaveProperty('version');

  await spoke.cluster.start('kube-apiserver');
  await setSchedulable(spoke.client, true);
  await installation.waitForReady();
  await expect.poll(() => contents(spoke), settling).toEqual(undisturbed);
});
