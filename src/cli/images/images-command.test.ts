import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- recorded releases are data, not a part of the house
import { releaseRoots } from '../../knative/manifests/release-manifests.fixture.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { testHost } from '../testing/test-host.ts';
import { imagesCommand } from './images-command.ts';

const file = fileURLToPath(new URL('../render/testing/serving.yaml', import.meta.url));
const releases = fileURLToPath(new URL('../render/testing/releases', import.meta.url));

async function images(line: string, { root = releases, stdin = '' } = {}) {
  const fetch = async (): Promise<Response> => {
    throw new Error('this test has no network');
  };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'images'
      ? { ...entry, load: async () => imagesCommand({ fetch, clock: new ManualClock() }) }
      : entry,
  );
  const host = testHost({ env: { KO_DATA_PATH: root }, stdin });
  const exit = await run(['images', ...line.split(' ').filter((word) => word !== '')], host, entries);
  return { exit, ...host.written };
}

describe('images', () => {
  it.each([
    ['text', '--version 1.22'],
    ['json', '--kind eventing -o json'],
    ['file', `-f ${file}`],
  ])('look like golden/images-%s.txt', async (name, line) => {
    const { exit, stdout } = await images(line);
    await expect(stdout).toMatchFileSnapshot(`../golden/images-${name}.txt`);
    expect(exit).toBe(0);
  });

  it('of a version are those of every ingress and source at hand; what is not is said', async () => {
    const { stdout, stderr } = await images('--version 1.22');
    for (const image of ['istio:v1.22.0', 'kourier:v1.22.0', 'kafka:v1.22.0', 'adapter', 'queue:v1.22.1'])
      expect(stdout).toContain(`registry.example.com/${image}\n`);
    expect(stderr).toBe(
      'Left out, because not at hand: ingress/1.22/contour, ingress/1.22/gateway-api, security-guard/0.6.\n' +
        'Left out, because not at hand: eventing-source/1.22/ceph, eventing-source/1.22/github, eventing-source/1.22/gitlab, eventing-source/1.22/rabbitmq, eventing-source/1.22/redis.\n',
    );
  });

  it('of a file are those that it has chosen', async () => {
    const { stdout } = await images(`-f ${file}`);
    expect(stdout).toContain('mirror.example.com/webhook:mine\n');
    expect(stdout).not.toContain('istio');
  });

  it.each([
    ['a file says which kind', `-f ${file} --kind serving`, '--kind goes without --filename'],
    ['no such version of one of the two', '--version 1.21', 'Cannot list the images of Knative eventing: '],
    ['no such version', '--kind serving --version 1.20', 'choose one of 1.22.1, 1.21.3'],
    ['a version that leads elsewhere', '--kind serving --version ../..', 'correct --version'],
    ['no such kind', '--kind ingress', "--kind must be 'serving' or 'eventing', not 'ingress'."],
    ['a file that cannot be rendered', '-f /nowhere', "There is no file '/nowhere'."],
  ])('are none for want of sense: %s', async (_, line, says) => {
    const { exit, stdout, stderr } = await images(line);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('the images of real releases', () => {
  const { old, recent } = releaseRoots();
  const roots = [old, recent].filter((root) => root !== undefined);

  /** Everything pinned that stands anywhere in the files of a version and its add-ons, comments excepted. */
  async function pinnedIn(root: string): Promise<ReadonlySet<string>> {
    const { stdout } = await images('-o json', { root });
    const versions = (JSON.parse(stdout) as { readonly of: readonly string[] }).of.map((title) =>
      title.split(' '),
    );
    const directories = versions.flatMap(([component = '', version = '']) => [
      `knative-${component}/${version}`,
      `${component === 'serving' ? 'ingress' : 'eventing-source'}/${version.replace(/\.\d+$/, '')}`,
    ]);
    const texts = [...directories, 'security-guard/0.6'].flatMap((directory) =>
      readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
    );
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !line.trim().startsWith('#'));
    return new Set(lines.flatMap((line) => line.match(/[\w./-]+@sha256:[0-9a-f]{64}/g) ?? []));
  }

  it.each(roots)('are complete, and nothing else', async (root) => {
    const { exit, stdout } = await images('', { root });
    const listed = stdout.trimEnd().split('\n');
    expect(exit).toBe(0);
    expect(new Set(listed.filter((image) => image.includes('@')))).toEqual(await pinnedIn(root));
    expect(listed.length).toBeGreaterThan(30);
    for (const program of ['activator', 'queue', 'mtping', 'apiserver_receive_adapter', 'kourier', 'migrate'])
      expect(listed.filter((image) => image.includes(`/cmd/${program}@sha256:`))).not.toEqual([]);
    expect(listed.filter((image) => !/^[a-z.]+\/\S+(@sha256:[0-9a-f]{64}|:\S+)$/.test(image))).toEqual([]);
  });
});
