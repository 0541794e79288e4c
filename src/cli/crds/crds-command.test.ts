import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { testHost } from '../testing/test-host.ts';
import { crdsCommand } from './crds-command.ts';
import { allCrdDefinitions, crdDefinitions } from './definitions.ts';

const established: readonly KubeObject[] = crdDefinitions().map((definition) => ({
  ...definition,
  status: { conditions: [{ type: 'Established', status: 'True' }] },
}));

async function crds(line: string, objects: readonly KubeObject[] = established) {
  const { open, clock, closed } = fakeHub({ objects });
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'crds' ? { ...entry, load: async () => crdsCommand({ open, clock }) } : entry,
  );
  const host = testHost();
  const exit = await run(['crds', ...line.split(' ').filter((word) => word !== '')], host, entries);
  expect(closed()).toBe(true);
  return { exit, ...host.written };
}

describe('crds', () => {
  it('prints the definitions as YAML that kubectl takes', async () => {
    const { exit, stdout } = await crds('');
    expect(exit).toBe(0);
    expect(loadAll(stdout)).toEqual(allCrdDefinitions());
    expect(allCrdDefinitions().map(({ metadata }) => metadata.name)).toEqual([
      'knativeservings.operator.knative.dev',
      'knativeeventings.operator.knative.dev',
      'distributedscaledobjects.keda.kedify.io',
      'kedifyconfigurations.install.kedify.io',
    ]);
  });

  it('--check says that the hub has them', async () => {
    expect(await crds('--check')).toEqual({
      exit: 0,
      stdout:
        '✓ ok   knativeservings.operator.knative.dev is that of this version\n' +
        '✓ ok   knativeeventings.operator.knative.dev is that of this version\n',
      stderr: '',
    });
  });

  const changed = (change: (spec: never) => void): readonly KubeObject[] =>
    established.map((definition) => {
      const copy = structuredClone(definition);
      change(copy['spec'] as never);
      return copy;
    });
  const cases: readonly [what: string, objects: readonly KubeObject[]][] = [
    ['is not installed', []],
    ['is not established', crdDefinitions()],
    [
      'has the schema of another version',
      changed((spec: { versions: { schema: object }[] }) => {
        for (const version of spec.versions) version.schema = { openAPIV3Schema: { type: 'object' } };
      }),
    ],
    [
      'does not serve version v1beta1',
      changed((spec: { versions: { served: boolean }[] }) => {
        for (const version of spec.versions) version.served = false;
      }),
    ],
  ];

  it.each(cases)('--check tells one that %s, and what to do', async (what, objects) => {
    const { exit, stdout } = await crds('--check --context prod', objects);
    expect(exit).toBe(1);
    expect(stdout).toContain(`✗ FAIL knativeservings.operator.knative.dev ${what}\n`);
    expect(stdout).toContain(
      '→ kubectl wheelwright crds | kubectl apply --server-side -f - --context prod\n',
    );
  });
});
