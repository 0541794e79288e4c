import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';

const file = fileURLToPath(new URL('./testing/dso.yaml', import.meta.url));

async function simulate(line: string, options: TestHostOptions = {}) {
  const host = testHost(options);
  const exit = await run(['simulate', ...line.split(' ').filter((word) => word !== '')], host);
  return { exit, ...host.written };
}

function dso(spec: object): string {
  return JSON.stringify({
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { name: 'nginx' },
    spec: {
      scaledObjectSpec: { scaleTargetRef: { name: 'nginx' }, triggers: [{ type: 'cron', metadata: {} }] },
      ...spec,
    },
  });
}

describe('a simulation', () => {
  it.each<[name: string, line: string, options: TestHostOptions]>([
    ['table', '--total 20 --down eu-1', {}],
    ['return', '--total 20 --down eu-1@30s --up eu-1@5m', {}],
    ['terminal', '--total 20 --down eu-1', { terminal: 70 }],
    ['accessible', '--total 20 --down eu-1', { env: { WHEELWRIGHT_ACCESSIBLE: '1' } }],
    ['json', '--members eu-1,us-2=1,ap-3 --total 4 --drain us-2@10s --for 1m -o json', {}],
  ])('looks like golden/simulate-%s.txt', async (name, line, options) => {
    const { exit, stdout, stderr } = await simulate(`-f ${file} ${line}`, options);
    await expect(stdout + stderr).toMatchFileSnapshot(`../golden/simulate-${name}.txt`);
    expect(exit).toBe(0);
  });

  it('is of all members that are given where the file lists none', async () => {
    const { stdout } = await simulate('-f - --members a,b=2,c --total 8 -o json', { stdin: dso({}) });
    const { changes } = JSON.parse(stdout) as { changes: readonly { member: string; want: number }[] };
    expect(changes.map(({ member, want }) => `${member} ${want}`)).toEqual(['a 2', 'b 4', 'c 2']);
  });

  it('takes the total of the file', async () => {
    const stdin = dso({ memberClusters: [{ name: 'a' }], totalTargetReplicas: 3 });
    expect((await simulate('-f -', { stdin })).stdout).toContain('3/3');
  });

  it('answers with 1 where the total does not run in the end, and says why', async () => {
    const stdin = dso({ memberClusters: [{ name: 'a', maxReplicas: 2 }] });
    const { exit, stderr } = await simulate('-f - --total 5', { stdin });
    expect(exit).toBe(1);
    expect(stderr).toContain('! 3 of 5 replicas run nowhere: no member may take more. WW4105\n');
  });

  it('says what it takes for something else', async () => {
    const stdin = dso({ memberClusters: [{ name: 'a' }, { name: 'b', weight: -1 }] });
    const { exit, stderr } = await simulate('-f - --total 5', { stdin });
    expect(exit).toBe(0);
    expect(stderr).toContain("! spec.memberClusters[1].weight '-1' must not be negative; it counts as 0\n");
  });

  it.each([
    ['no file', '-f /nowhere --total 1', '', "There is no file '/nowhere'."],
    ['no object', '-f - --total 1', '{}', 'standard input'],
    [
      'another kind',
      '-f - --total 1',
      '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}',
      'There is no DistributedScaledObject in standard input.',
    ],
    ['two objects', '-f - --total 1', `${dso({})}\n---\n${dso({})}`, 'There are 2 DistributedScaledObjects'],
    ['no members', '-f - --total 1', dso({}), 'name them: --members=eu-1,us-2'],
    ['no total', '-f - --members a', dso({}), 'give one: --total=20'],
    [
      'no duration',
      '-f - --members a --total 1',
      dso({ rebalancingPolicy: { gracePeriod: 'soon' } }),
      "spec.rebalancingPolicy.gracePeriod 'soon' must be a duration such as 1m30s",
    ],
    [
      'a wrong type',
      '-f - --members a --total 1',
      dso({ memberClusters: [{ name: 5 }] }),
      "spec.memberClusters[0].name '5' must be a string",
    ],
    [
      'a total that is none',
      '-f - --total many',
      '',
      "--total must be a whole number up to 2147483647, not 'many'.",
    ],
    [
      'a time that is none',
      '-f - --for soon',
      '',
      "--for must be a duration such as 10m or 90s, not 'soon'.",
    ],
    [
      'a member that is not there',
      '-f - --members a,b --total 1 --down c',
      dso({}),
      "--down must name one of 'a' or 'b', not 'c'.",
    ],
    [
      'an event without a time',
      '-f - --members a,b --total 1 --up a',
      dso({}),
      '--up must say when, such as a@5m',
    ],
    [
      'an event at no time',
      '-f - --members a,b --total 1 --down a@noon',
      dso({}),
      '--down must have a time such as a@30s',
    ],
    [
      'weights that are none',
      '-f - --members a=x --total 1',
      dso({}),
      '--members must be names with weights',
    ],
  ])('is refused: %s', async (_, line, stdin, says) => {
    const { exit, stdout, stderr } = await simulate(line, { stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});
