import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { testHost } from '../testing/test-host.ts';
import { crdsCommand } from './crds-command.ts';
import { allCrdDefinitions, crdDefinitionsFor } from './definitions.ts';

const established: readonly KubeObject[] = crdDefinitionsFor('knative').map((definition) => ({
  ...definition,
  status: { conditions: [{ type: 'Established', status: 'True' }] },
}));

function withOtherSchema(definition: KubeObject): KubeObject {
  const copy = structuredClone(definition);
  const { versions } = copy['spec'] as { versions: { schema: object }[] };
  for (const version of versions) version.schema = { openAPIV3Schema: { type: 'object' } };
  return copy;
}

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

  const forMembers = crdDefinitionsFor('members').map((definition) => ({
    ...definition,
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  }));
  const [scaled, configuration] = forMembers as unknown as readonly [KubeObject, KubeObject];

  it.each<
    [what: string, objects: readonly KubeObject[], line: string, exit: number, says: readonly string[]]
  >([
    [
      'one of them is there and is its own',
      [...established, ...forMembers],
      '--check',
      0,
      ['distributedscaledobjects.keda.kedify.io is that of this version\n'],
    ],
    [
      'one of them is missing',
      [...established, scaled],
      '--check',
      1,
      ['kedifyconfigurations.install.kedify.io is not installed\n', 'kubectl wheelwright crds | kubectl'],
    ],
    [
      'one of them is that of somebody else',
      [...established, scaled, withOtherSchema(configuration)],
      '--check',
      1,
      ['kedifyconfigurations.install.kedify.io has the schema of another version\n'],
    ],
    [
      'they are asked for',
      established,
      '--check --for members',
      1,
      [
        'distributedscaledobjects.keda.kedify.io is not installed\n',
        'kubectl wheelwright crds --for members | kubectl',
      ],
    ],
  ])('--check tells of the definitions for members where %s', async (_, objects, line, exit, says) => {
    const checked = await crds(line, objects);
    expect(checked.exit).toBe(exit);
    for (const text of says) expect(checked.stdout).toContain(text);
  });

  const forTriggers = crdDefinitionsFor('triggers').map((definition) => ({
    ...definition,
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  }));
  const [authentication, clusterAuthentication] = forTriggers as unknown as readonly [KubeObject, KubeObject];

  it('prints those for triggers only where they are asked for', async () => {
    expect((await crds('')).stdout).not.toContain('keda.sh\n');
    expect(loadAll((await crds('--for triggers')).stdout)).toMatchObject([
      { metadata: { name: 'triggerauthentications.keda.sh' }, spec: { scope: 'Namespaced' } },
      { metadata: { name: 'clustertriggerauthentications.keda.sh' }, spec: { scope: 'Cluster' } },
    ]);
  });

  it('--check takes those of KEDA for what they are', async () => {
    const ofKeda = forTriggers.map((definition) => {
      const copy = withOtherSchema(definition);
      (copy['spec'] as { names: { categories?: string[] } }).names.categories = ['keda'];
      return copy;
    });
    const { exit, stdout } = await crds('--check', [...established, ...ofKeda]);
    expect(exit).toBe(0);
    expect(stdout).toContain('triggerauthentications.keda.sh is that of KEDA\n');
  });

  it('--check tells of ours for triggers, and how to renew them', async () => {
    const { exit, stdout } = await crds('--check', [
      ...established,
      withOtherSchema(authentication),
      clusterAuthentication,
    ]);
    expect(exit).toBe(1);
    expect(stdout).toContain(' triggerauthentications.keda.sh has the schema of another version\n');
    expect(stdout).toContain('clustertriggerauthentications.keda.sh is that of this version\n');
    expect(stdout).toContain('kubectl wheelwright crds --for triggers | kubectl apply');
    expect(stdout).not.toContain('crds | kubectl');
  });

  it('prints those of one use alone', async () => {
    const { stdout } = await crds('--for members');
    expect(loadAll(stdout)).toEqual(crdDefinitionsFor('members'));
  });

  const changed = (change: (spec: never) => void): readonly KubeObject[] =>
    established.map((definition) => {
      const copy = structuredClone(definition);
      change(copy['spec'] as never);
      return copy;
    });
  const cases: readonly [what: string, objects: readonly KubeObject[]][] = [
    ['is not installed', []],
    ['is not established', crdDefinitionsFor('knative')],
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
