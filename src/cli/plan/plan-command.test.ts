import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { now } from '../testing/objects.ts';
import { kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { testHost } from '../testing/test-host.ts';
import { planCommand } from './plan-command.ts';

/** Members that have so many each, as the last plan left them. */
function state(
  desired: Readonly<Record<string, number>>,
  phases: Readonly<Record<string, object>> = {},
): string {
  return JSON.stringify({
    version: 1,
    published: Object.values(desired).reduce((sum, part) => sum + part, 0),
    assigned: true,
    namespace: 'shop',
    members: Object.entries(desired).map(([name, count]) => ({
      name,
      id: 'kubeconfig#*',
      desired: count,
      ...(phases[name] === undefined ? {} : { phase: phases[name] }),
    })),
  });
}

const rows = [
  { member: 'eu-1', desired: 3 },
  { member: 'us-2', desired: 3 },
];

/** The total was 6, and is 10 now. */
const grown = scaledObject('shop/checkout', {
  total: 10,
  annotations: { 'wheelwright.dev/plan-state': state({ 'eu-1': 3, 'us-2': 3 }) },
  rows,
});

const steady = scaledObject('shop/cart', {
  total: 6,
  annotations: { 'wheelwright.dev/plan-state': state({ 'eu-1': 3, 'us-2': 3 }) },
  rows,
});

/** us-2 was lost half a minute ago. */
const lost = scaledObject('shop/search', {
  total: 6,
  annotations: {
    'wheelwright.dev/plan-state': state(
      { 'eu-1': 3, 'us-2': 3 },
      { 'us-2': { name: 'lost', since: now - 30_000, held: 3 } },
    ),
  },
  rows: [
    { member: 'eu-1', desired: 3 },
    { member: 'us-2', desired: 3, state: 'NotReady', description: 'Timeout: 3 count as running' },
  ],
});

const fleet: readonly KubeObject[] = [
  kedifyConfiguration({ 'eu-1': reached('eu-1'), 'us-2': reached('us-2') }),
  grown,
  steady,
  lost,
];

async function plan(line: string, objects = fleet) {
  const services = fakeHub({ objects }, { namespace: 'shop' });
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'plan' ? { ...entry, load: async () => planCommand(services) } : entry,
  );
  const host = testHost();
  const exit = await run(['plan', ...line.split(' ')], host, entries);
  expect(services.closed()).toBe(true);
  return { exit, ...host.written };
}

describe('a plan', () => {
  it.each([
    ['grown', 'dso/checkout'],
    ['grown-json', 'dso/shop/checkout -o json'],
    ['grown-accessible', 'dso/checkout --accessible'],
    ['steady', 'dso/cart -n shop'],
    ['lost', 'dso/search'],
  ])('looks like golden/plan-%s.txt', async (file, line) => {
    const { exit, stdout, stderr } = await plan(line);
    await expect(stdout).toMatchFileSnapshot(`../golden/plan-${file}.txt`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it('of what was never planned says what is done before', async () => {
    const { stderr } = await plan('dso/new', [...fleet, scaledObject('shop/new', { rows })]);
    expect(stderr).toBe(
      '! The operator has made no plan of it yet: before its first one it takes over what runs.\n',
    );
  });

  it.each([
    ['dso/nope', 1, 'There is no dso/shop/nope on this hub.'],
    ['serving/knative', 2, "'serving/knative' must be dso/NAME"],
  ])('of %s is refused', async (line, exit, says) => {
    const refused = await plan(line);
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(refused.stderr).toContain(says);
  });
});
