import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { Fetch } from '../../knative/index.ts';
// oxlint-disable-next-line no-restricted-imports -- recorded cases are data, not a part of the house
import { type GoldenCase, goldenCases, identityOf } from '../../knative/transforms/golden-cases.fixture.ts';
// oxlint-disable-next-line no-restricted-imports -- the same
import { releaseRoots } from '../../knative/manifests/release-manifests.fixture.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { renderCommand } from './render-command.ts';

const file = fileURLToPath(new URL('testing/serving.yaml', import.meta.url));
const releases = fileURLToPath(new URL('testing/releases', import.meta.url));

const noNetwork: Fetch = async () => {
  throw new Error('this test has no network');
};

async function render(args: readonly string[], options: TestHostOptions = {}, fetch = noNetwork) {
  const services = { clock: new ManualClock(), fetch };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'render' ? { ...entry, load: async () => renderCommand(services) } : entry,
  );
  const host = testHost({ env: { KO_DATA_PATH: releases }, ...options });
  const exit = await run(['render', ...args], host, entries);
  // Paths of this machine are of no interest.
  return { exit, stdout: host.written.stdout, stderr: host.written.stderr.replaceAll(file, 'serving.yaml') };
}

/** A KnativeServing as a file has it. */
function serving(spec: unknown, metadata: object = { name: 'kn', namespace: 'knative-serving' }): string {
  return JSON.stringify({
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: 'KnativeServing',
    metadata,
    spec,
  });
}

function listOf(stdout: string): readonly KubeObject[] {
  return (JSON.parse(stdout) as { readonly items: readonly KubeObject[] }).items;
}

describe('what would be applied', () => {
  it.each([
    ['yaml', ['-f', file]],
    ['json', ['-f', file, '-o', 'json', '--version', '1.22']],
  ])('looks like golden/render-%s.txt', async (name, args) => {
    const { exit, stdout, stderr } = await render(args);
    await expect(stdout).toMatchFileSnapshot(`../golden/render-${name}.txt`);
    await expect(stderr).toMatchFileSnapshot('../golden/render-warnings.txt');
    expect(exit).toBe(0);
  });

  it('is the same in YAML and in JSON', async () => {
    const [yaml, json] = await Promise.all([render(['-f', file]), render(['-f', file, '-o', 'json'])]);
    expect(loadAll(yaml.stdout)).toEqual(listOf(json.stdout));
  });

  it('can come from standard input, and from several files', async () => {
    const stdin = await readFile(file, 'utf8');
    const { stdout } = await render(['-f', file]);
    expect((await render(['-f', '-'], { stdin })).stdout).toBe(stdout);
    const other = serving({ ingress: {} }, { name: 'other', namespace: 'other' });
    const both = await render(['-f', file, '-f', '-', '-o', 'json'], { stdin: other });
    expect(listOf(both.stdout).map(({ metadata }) => metadata.name)).toContain('other');
    expect(listOf(both.stdout).map(({ metadata }) => metadata.name)).toContain('eventing-controller');
  });

  it('can come from a directory, of which only YAML and JSON are read', async () => {
    const directory = fileURLToPath(new URL('testing', import.meta.url));
    expect((await render(['-f', directory])).stdout).toBe((await render(['-f', file])).stdout);
  });

  it.each(['1.22.1', '1.22'])(
    'can be of a release that is downloaded, and then kept: %s',
    async (version) => {
      const cache = await mkdtemp(join(tmpdir(), 'render-'));
      const published = await readFile(join(releases, 'knative-serving/1.22.1/1-serving.yaml'), 'utf8');
      const asked: string[] = [];
      const download = async (url: string): Promise<Response> => {
        asked.push(url);
        if (!/knative-v1\.22\.[01]\//.test(url)) return new Response(null, { status: 404 });
        return new Response(url.endsWith('/serving-core.yaml') ? published : '# nothing');
      };
      const args = ['-f', '-', '--manifests-dir', '/nowhere', '--cache-dir', cache];
      const stdin = serving({ version, ingress: {} });
      const first = await render([...args, '--download-manifests'], { stdin }, download);
      const second = await render(args, { stdin });
      await rm(cache, { recursive: true });
      expect(asked).toContain(
        'https://github.com/knative/serving/releases/download/knative-v1.22.1/serving-crds.yaml',
      );
      expect(first.exit).toBe(0);
      expect(first.stdout).toContain('1.22.1');
      expect(second).toEqual(first);
    },
  );

  it.each([
    ['on the hub', {}, { kind: 'KnativeServing', name: 'kn', uid: '' }],
    [
      'on another cluster',
      { clusterProfileRef: { name: 'eu-1', namespace: 'fleet' } },
      { kind: 'ConfigMap', name: 'knativeserving-kn-root-owner', uid: '' },
    ],
  ])('has owners without uid: %s', async (_, spec, owner) => {
    const { stdout } = await render(['-f', '-', '-o', 'json'], { stdin: serving({ ingress: {}, ...spec }) });
    const owned = listOf(stdout).filter(({ metadata }) => metadata.namespace !== undefined);
    expect(owned.length).toBeGreaterThan(0);
    for (const { metadata } of owned) expect(metadata.ownerReferences).toMatchObject([owner]);
  });

  it('goes where the operator is told to put it', async () => {
    const stdin = serving(
      { ingress: {}, clusterProfileRef: { name: 'a', namespace: 'b' } },
      { name: 'kn', namespace: 'own' },
    );
    const namespaces = async (...args: readonly string[]) => {
      const { stdout } = await render(['-f', '-', '-o', 'json', ...args], { stdin });
      return new Set(listOf(stdout).map(({ metadata }) => metadata.namespace));
    };
    expect(await namespaces()).toEqual(new Set([undefined, 'own']));
    expect(await namespaces('--spoke-namespace', 'canonical')).toEqual(
      new Set([undefined, 'knative-serving']),
    );
  });

  it('is in the namespace that the command line says where the file says none', async () => {
    const stdin = serving({ ingress: {} }, { name: 'kn' });
    const { stdout } = await render(['-f', '-', '-n', 'mine', '-o', 'json'], { stdin });
    expect(listOf(stdout)[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'mine' } });
  });
});

describe('null in a file', () => {
  const plain = serving({ ingress: { kourier: { enabled: true } } });

  it.each<[what: string, written: string, means: string]>([
    [
      'for the spec',
      serving(null),
      serving({ ingress: {} }).replace('"spec":{"ingress":{}}', '"other":null'),
    ],
    ['for a field', serving({ ingress: { kourier: { enabled: true } }, config: null }), plain],
    [
      'for a ConfigMap',
      serving({ ingress: { kourier: { enabled: true } }, config: { network: null } }),
      plain,
    ],
    [
      'for a layer',
      serving({ ingress: { istio: null, kourier: { enabled: true, 'http-port': null } } }),
      plain,
    ],
    [
      'in an item of a list',
      serving({
        ingress: { kourier: { enabled: true } },
        workloads: [{ name: 'webhook', replicas: null, env: null }],
      }),
      serving({ ingress: { kourier: { enabled: true } }, workloads: [{ name: 'webhook' }] }),
    ],
  ])('%s is what the API server makes of it: nothing', async (_, written, means) => {
    const [one, other] = await Promise.all([written, means].map((stdin) => render(['-f', '-'], { stdin })));
    expect(one).toEqual(other);
    expect(one?.stderr ?? '').not.toContain('must be');
  });

  it('for the namespace leaves it to the command line', async () => {
    const stdin = serving({ ingress: {} }, { name: 'kn', namespace: null, labels: null });
    const { stdout } = await render(['-f', '-', '-n', 'mine', '-o', 'json'], { stdin });
    expect(listOf(stdout)[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'mine' } });
  });
});

describe('the heading of what would be applied', () => {
  it('is a comment to its end', async () => {
    const clusterProfileRef = { name: 'x\nkind: Evil', namespace: 'fleet' };
    const stdin = serving({ ingress: {}, clusterProfileRef });
    const { stdout } = await render(['-f', '-'], { stdin });
    expect(stdout).toMatch(
      /^# KnativeServing .* on fleet\/x kind: Evil, namespace knative-serving\napiVersion: v1\n/,
    );
  });
});

describe('the namespace that an installation is the first in', () => {
  it('has the labels of the spec, even when own manifests leave it out', async () => {
    const spec = {
      version: '1.22.0',
      manifests: [{ URL: join(releases, 'eventing-source/1.22/kafka') }],
      namespace: { labels: { team: 'a' } },
      namespaceConfiguration: { labels: { tier: 'b' } },
    };
    const stdin = serving(spec).replace('KnativeServing', 'KnativeEventing');
    const { stdout } = await render(['-f', '-', '-o', 'json'], { stdin });
    expect(listOf(stdout)[0]).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'knative-serving', labels: { team: 'a', tier: 'b' } },
    });
  });
});

describe('an object that cannot be rendered', () => {
  const cases: readonly [what: string, stdin: string, args: readonly string[], says: readonly string[]][] = [
    [
      'a field of the wrong type',
      serving({ 'high-availability': { replicas: 'many' } }),
      [],
      [
        "KnativeServing knative-serving/kn in standard input: spec.high-availability.replicas 'many' must be an integer.",
        'kubectl explain',
      ],
    ],
    [
      'no namespace',
      serving({}, { name: 'kn' }),
      [],
      ['metadata.namespace must be a string', 'set metadata.namespace, or give --namespace'],
    ],
    [
      'no namespace but null',
      serving({}, { name: 'kn', namespace: null }),
      [],
      ['metadata.namespace must be a string', 'set metadata.namespace, or give --namespace'],
    ],
    [
      'null in a list',
      serving({ workloads: [null] }),
      [],
      ['spec.workloads[0] must be an object', 'kubectl explain'],
    ],
    [
      'null for what must be there',
      serving({ 'high-availability': { replicas: null } }),
      [],
      ['spec.high-availability.replicas must be an integer'],
    ],
    [
      'a name with a line end',
      serving({}, { name: 'x\nkind: Evil', namespace: 'a' }),
      [],
      ["metadata.name 'x kind: Evil' must be at most 253 lower-case letters", 'correct the field\n'],
    ],
    [
      'a variable for a name',
      serving({}, { name: '$HOME', namespace: 'a' }),
      [],
      ["metadata.name '$HOME' must be at most 253 lower-case letters"],
    ],
    [
      'a namespace that there cannot be',
      serving({}, { name: 'kn', namespace: 'Bad_NS!' }),
      [],
      ["metadata.namespace 'Bad_NS!' must be at most 63 lower-case letters", 'or give --namespace'],
    ],
    [
      'such a namespace on the command line',
      serving({}, { name: 'kn' }),
      ['-n', 'a.b'],
      ["metadata.namespace 'a.b' must be at most 63 lower-case letters"],
    ],
    [
      'another namespace',
      serving({}),
      ['-n', 'other'],
      ["is in namespace 'knative-serving', not in 'other'", '--namespace=knative-serving'],
    ],
    [
      'an unknown version',
      serving({ version: '1.3.0', ingress: {} }),
      [],
      [
        'the manifests of the target version 1.3.0 are not available to this release',
        'choose one of 1.22.1, 1.21.3',
      ],
    ],
    [
      'an unknown version in place of a known one',
      serving({ ingress: {} }),
      ['--version', '1.3'],
      ['target version 1.3 '],
    ],
    [
      'a word as version',
      serving({ version: 'newest' }),
      [],
      ['not in a valid semantic versioning format', 'correct it in'],
    ],
    [
      'no version beside own manifests',
      serving({ manifests: [{ URL: '/a.yaml' }] }),
      [],
      ['needs spec.version to be set'],
    ],
    [
      'an ingress that is not at hand',
      serving({ ingress: { contour: { enabled: true } } }),
      [],
      ["'ingress/1.22/contour'", 'choose one of'],
    ],
    [
      'manifests that must be downloaded',
      serving({ version: '1.22', manifests: [{ URL: 'https://x.io/a.yaml?token=secret' }] }),
      [],
      ["'https://x.io/a.yaml' must be downloaded, which needs --download-manifests"],
    ],
    [
      'no releases',
      serving({}),
      ['--manifests-dir', '/nowhere'],
      ['there is no release at hand', 'another directory with --manifests-dir'],
    ],
    ['no YAML', 'a: b: c', [], ["Cannot read document 1 of 'standard input' as YAML", 'mend the file']],
    ['nothing', '', [], ['There is no KnativeServing or KnativeEventing in standard input']],
    [
      'something else',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}',
      [],
      ['There is no KnativeServing'],
    ],
    [
      'another version of the API',
      serving({}).replace('v1beta1', 'v1alpha1'),
      [],
      ["apiVersion 'operator.knative.dev/v1alpha1' must be 'operator.knative.dev/v1beta1'"],
    ],
    [
      'a name too long for its anchor',
      serving(
        { ingress: {}, clusterProfileRef: { name: 'a', namespace: 'b' } },
        { name: 'n'.repeat(240), namespace: 'a' },
      ),
      [],
      ['exceeds maximum length'],
    ],
  ];

  it.each(cases)('%s', async (_, stdin, args, says) => {
    const { exit, stdout, stderr } = await render(['-f', '-', ...args], { stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr).toMatch(/\n {2}Fix {4}\S/);
    expect(stderr).not.toContain('token=secret');
  });

  it('hinders all output, and every one is told', async () => {
    const bad = serving({ version: 7 }, { name: 'one', namespace: 'a' });
    const worse = serving({ version: '9.9.9' }, { name: 'two', namespace: 'a' });
    const { exit, stdout, stderr } = await render(['-f', '-'], {
      stdin: [bad, serving({ ingress: {} }), worse].join('\n---\n'),
    });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain("KnativeServing a/one in standard input: spec.version '7' must be a string.");
    expect(stderr).toContain('Cannot render KnativeServing a/two of standard input');
  });

  it.each([
    [['-f', '/nowhere/cr.yaml'], "There is no file '/nowhere/cr.yaml'."],
    [[], "Required option '-f, --filename <file>' not specified."],
    [['-f', file, '-o', 'xml'], "--output must be 'yaml' or 'json', not 'xml'."],
  ])('%j', async (args, problem) => {
    expect(await render(args)).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining(problem) as string,
    });
  });
});

describe('what the reference operator was given', () => {
  /** Why it is not rendered as recorded; undefined where it is. */
  async function trouble({ cr, objects }: GoldenCase): Promise<unknown> {
    const clusterProfileRef = { name: 'spoke', namespace: 'fleet' };
    const stdin = JSON.stringify({ ...cr, spec: { ...(cr['spec'] as object), clusterProfileRef } });
    const args = ['-f', '-', '-o', 'json', '--manifests-dir', releaseRoots().recent ?? ''];
    const { exit, stdout, stderr } = await render(args, { stdin });
    if (objects.size === 0) return exit === 2 && stdout === '' ? undefined : { exit, stdout };
    if (exit !== 0) return { exit, stderr };
    const rendered = new Set(listOf(stdout).map(identityOf));
    const wanted = [...objects.keys()].filter((identity) => !identity.endsWith('/{anchor}'));
    const missing = wanted.filter((identity) => !rendered.has(identity));
    return missing.length === 0 ? undefined : { missing };
  }

  // The records lie outside the repository, and not everybody has them.
  it('is rendered, or refused where nothing was applied for it', async () => {
    const outcomes: unknown[] = [];
    for (const golden of goldenCases()) outcomes.push([golden.name, await trouble(golden)]);
    expect(outcomes).toEqual(goldenCases().map(({ name }) => [name, undefined]));
  }, 60_000);
});
