import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  Fleet,
  memberKubeconfig,
  memberSecret,
  memberStatuses,
  metricValue,
  type RunningOperator,
  SimulatedSpokes,
} from '../fleet/index.ts';
import { BlackHole } from '../support/black-hole.ts';

const [answering, silent] = [900, 100];

let fleet: Fleet;
let spokes: SimulatedSpokes;
let hole: BlackHole;
let operator: RunningOperator;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0, profiles: false });
  const served = await fleet.hub.resources();
  const builtIn = served.filter(({ group }) => !/knative|kedify|multicluster|wheelwright/.test(group));
  spokes = await SimulatedSpokes.start({ count: answering, resources: builtIn });
  hole = await BlackHole.open();
  for (const [index, port] of spokes.ports.entries()) await register(`answering-${index}`, port);
  for (let index = 0; index < silent; index++) await register(`a-silent-${index}`, hole.port);
  operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await spokes[Symbol.asyncDispose]();
  await hole.close();
});

async function register(member: string, port: number): Promise<void> {
  const kubeconfig = memberKubeconfig({
    member,
    server: `https://127.0.0.1:${port}`,
    certificateAuthority: Buffer.from(spokes.certificateAuthority).toString('base64'),
    token: 'anything-goes',
  });
  await fleet.hub.create(resources.secrets, memberSecret(member, kubeconfig));
}

function count(state: string): Promise<number> {
  return metricValue(operator.metricsUrl, 'wheelwright_members', { provider: 'kubeconfig', state });
}

test('a hundred members that say nothing delay none of nine hundred', async () => {
  // They are listed first: whoever waited for them would be let through when they are given up.
  const early = await waitFor('some answer', async (saw) => {
    const [ready, givenUp] = [await count('Ready'), await count('NotReady')];
    saw(`${ready} answer, ${givenUp} are given up`);
    return ready > 0 || givenUp > 0 ? { ready, givenUp } : undefined;
  });
  expect(early).toMatchObject({ givenUp: 0 });
  await waitFor('those that answer are members', async () => (await count('Ready')) === answering, {
    timeoutMs: 60_000,
  });
  await waitFor('the others are out of reach', async () => (await count('NotReady')) === silent, {
    timeoutMs: 60_000,
  });
  await waitFor('the status tells of all', async (saw) => {
    const states = Object.values(await memberStatuses(fleet.hub)).map(({ state }) => state);
    const [ready, givenUp] = ['Ready', 'NotReady'].map(
      (one) => states.filter((state) => state === one).length,
    );
    saw(`${ready} answer, ${givenUp} are given up`);
    return ready === answering && givenUp === silent;
  });
});
