import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../test/image/dockerfile.ts';
import { type Scripts, stagesOf } from './stages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = join(root, '.github/workflows');

type Permissions = Readonly<Record<string, 'read' | 'write' | 'none'>>;

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const { scripts, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Scripts;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
const files = await readdir(directory);
const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
const workflows = texts.map((text, index) => [files[index] ?? '', load(text) as Workflow, text] as const);
const jobs = workflows.flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => [`${file}: ${name}`, job] as const),
);
const steps = jobs.flatMap(([where, job]) => (job.steps ?? []).map((step) => [where, step] as const));
const commands = steps.flatMap(([where, { run }]) => (run === undefined ? [] : [[where, run] as const]));

const jobOf = (file: string, name: string): Job => {
  const found = jobs.find(([where]) => where === `${file}: ${name}`);
  if (found === undefined) throw new Error(`${file} has no job ${name}`);
  return found[1];
};

describe('what others may change', () => {
  test.each(workflows)(
    'is not taken by %s: actions are pinned, their version beside the hash',
    (_, __, text) => {
      const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, what = '']) => what);
      const loose = used.filter(
        (what) => !/^(\.\/\.github\/|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/.test(what),
      );
      expect(loose).toEqual([]);
    },
  );

  test('is the same hash everywhere', () => {
    const pins = texts.flatMap((text) => [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+)[\w./-]*@(\S+ # \S+)/g)]);
    const byAction = Map.groupBy(pins, ([, action = '']) => action);
    for (const [action, found] of byAction)
      expect({ action, pins: new Set(found.map(([, , pin]) => pin)).size }).toEqual({ action, pins: 1 });
  });

  test.each(commands)('is no part of a command: %s', (_, command) => {
    expect(command).not.toContain('${{');
  });
});

describe('rights', () => {
  test.each(workflows)('are none in %s unless a job asks for them', (_, { on, permissions }) => {
    expect(permissions).toEqual({});
    expect(on).not.toHaveProperty('pull_request_target');
  });

  test.each(jobs)('of %s are told, and its time has an end', (where, { permissions, uses, ...job }) => {
    expect(permissions).toMatchObject({ contents: expect.stringMatching(/^(read|write)$/) });
    const writes = Object.entries(permissions ?? {}).filter(([, access]) => access === 'write');
    expect(where.startsWith('ci.yaml') ? writes : []).toEqual([]);
    // A job that is another workflow has the times of that.
    expect(uses === undefined ? job['timeout-minutes'] : 1).toBeLessThanOrEqual(90);
  });

  test.each(steps.filter(([, { uses }]) => uses?.startsWith('actions/checkout@')))(
    'of %s are not left in the checkout',
    (_, step) => {
      expect(step.with).toMatchObject({ 'persist-credentials': false });
    },
  );
});

describe('what they call', () => {
  test.each(commands)('is there: %s', async (_, command) => {
    const called = [...command.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script);
    for (const script of called) expect(Object.keys(scripts)).toContain(script);
    for (const [, file = ''] of command.matchAll(/\bnode ([\w/.-]+\.ts)/g)) await access(join(root, file));
  });

  test.each(jobs)('has what it imports in %s', (_, { steps: own = [] }) => {
    const runs = own.map(({ run = '' }) => run);
    const first = runs.findIndex((run) => /\bnpm (run|exec) |\bnode [\w/.-]+\.ts\b/.test(run));
    expect(first < 0 || runs.slice(0, first).includes('npm ci')).toBe(true);
  });

  test('is every stage of CI', () => {
    const stages = jobOf('ci.yaml', 'stage').strategy?.matrix['stage'] ?? [];
    expect(stages).toEqual(stagesOf(scripts).map(({ script }) => script));
  });

  test('is the Node of this repository', () => {
    const versions = steps.flatMap(([, step]) => step.with?.['node-version'] ?? []);
    expect(new Set(versions)).toEqual(new Set([devDependencies['node']]));
    expect(dockerfile).toContain(`node:${devDependencies['node']}-`);
  });
});

describe('a release', () => {
  const uses = (name: string, action: string): boolean =>
    (jobOf('release.yaml', name).steps ?? []).some((step) => step.uses?.startsWith(`${action}@`));
  const runs = (name: string): string =>
    (jobOf('release.yaml', name).steps ?? []).map(({ run = '' }) => run).join('\n');

  test('is made after all tests of its commit have passed', () => {
    expect(jobOf('release.yaml', 'test').uses).toBe('./.github/workflows/ci.yaml');
    for (const name of ['image', 'executable']) expect(jobOf('release.yaml', name).needs).toBe('test');
    expect(jobOf('release.yaml', 'chart').needs).toBe('image');
  });

  test('takes its version on npm, which nobody can give back, when all else that is run is there', () => {
    expect(jobOf('release.yaml', 'npm').needs).toEqual(['image', 'executable', 'chart']);
    expect(jobOf('release.yaml', 'release').needs).toContain('npm');
  });

  test.each([
    ['v1.0.0', 'npm', '--tag latest'],
    ['v1.0.0-rc.1', 'npm', '--tag next'],
    ['v1.0.0', 'release', '--prerelease=false'],
    ['v1.0.0-rc.1', 'release', '--prerelease=true'],
  ])('%s is called by %s what it is: %s', async (tag, name, flag) => {
    const { steps: found = [] } = jobOf('release.yaml', name);
    const script = found.find(({ run = '' }) => /^(npm publish|gh release) /m.test(run))?.run ?? '';
    const stubs = 'node() { :; }; npm() { echo "npm $*"; }; gh() { echo "gh $*"; }\n';
    const { stdout } = await promisify(execFile)('bash', ['-ec', stubs + script], {
      cwd: await mkdtemp(join(tmpdir(), 'release-')),
      env: { ...process.env, GITHUB_REF_NAME: tag },
    });
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining(` ${flag}`)]);
  });

  test('has every image of the Dockerfile, under the tag that the chart asks for', () => {
    const { strategy, steps: found = [] } = jobOf('release.yaml', 'image');
    const images = parseDockerfile(dockerfile)
      .map(({ name }) => name)
      .filter((name) => name !== 'build');
    expect(strategy?.matrix['target']?.toSorted()).toEqual(images.toSorted());
    const tags = found.flatMap((step) => step.with?.['tags'] ?? []);
    expect(tags[0]).toBe('type=semver,pattern={{version}}');
    const platforms = found.flatMap((step) => step.with?.['platforms'] ?? []);
    expect(platforms).toEqual(['linux/amd64,linux/arm64']);
  });

  test('is signed without keys, and says what it is made of and where', () => {
    for (const name of ['image', 'chart']) expect(runs(name)).toContain('cosign sign --yes');
    expect(runs('image')).toMatch(/cosign attest .*--type spdxjson[^]*cosign attest .*--type cyclonedx/);
    expect(runs('release')).toContain('cosign sign-blob --yes --bundle');
    for (const name of ['image', 'chart', 'release'])
      expect(uses(name, 'actions/attest-build-provenance')).toBe(true);
    expect(runs('npm')).toContain('npm publish ./dist/npm --provenance');
    expect(texts.join('\n')).not.toMatch(/insecure|--key|secrets\./);
  });
});

test('Dependabot looks after everything that is pinned', async () => {
  const { updates } = load(await readFile(join(root, '.github/dependabot.yml'), 'utf8')) as {
    readonly updates: readonly {
      readonly 'package-ecosystem': string;
      readonly directories?: readonly string[];
    }[];
  };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual([
    'npm',
    'github-actions',
    'docker',
    'gomod',
  ]);
  const { stdout } = await promisify(execFile)('git', ['ls-files', 'go.mod', '*/go.mod'], { cwd: root });
  const modules = stdout.trim().split('\n');
  expect(updates.flatMap(({ directories = [] }) => directories).toSorted()).toEqual(
    modules.map((file) => `/${dirname(file)}`).toSorted(),
  );
});
