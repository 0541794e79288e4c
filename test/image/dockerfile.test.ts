import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';
import { repository, stagesOfDockerfile } from './image.ts';

const stages = await stagesOfDockerfile();
const [, ...images] = stages;

test('reads stages, flags, continued lines, quotes and lists', () => {
  const text = `# first
ARG BASE=node@sha256:1
FROM \${BASE} AS build
RUN npm ci
FROM scratch
# in between
LABEL a="b c" \\
      d=e
COPY --from=build --chmod=0555 /a /b /to/
ENTRYPOINT ["/to/a", "--flag"]
`;
  expect(parseDockerfile(text)).toEqual([
    {
      name: 'build',
      base: 'node@sha256:1',
      instructions: [{ name: 'RUN', flags: {}, words: ['npm', 'ci'] }],
    },
    {
      name: '1',
      base: 'scratch',
      instructions: [
        { name: 'LABEL', flags: {}, words: ['a=b c', 'd=e'] },
        { name: 'COPY', flags: { from: 'build', chmod: '0555' }, words: ['/a', '/b', '/to/'] },
        { name: 'ENTRYPOINT', flags: {}, words: ['/to/a', '--flag'] },
      ],
    },
  ]);
  expect(() => parseDockerfile('RUN true\nFROM scratch\n')).toThrow('RUN comes before the first FROM');
});

test('there is an image of the program, last, and one of each plugin', () => {
  expect(images.map(({ name }) => name)).toEqual(['secretreader', 'kubeconfig-secretreader', 'wheelwright']);
});

test.each(stages.map((stage) => [stage.name, stage] as const))('the base of %s is pinned', (_, { base }) => {
  expect(base).toMatch(/^(scratch|[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64})$/);
});

test.each(images.map((stage) => [stage.name, stage] as const))(
  '%s gets files of the build and nothing else, and is nobody in particular',
  async (_, { instructions }) => {
    const names = new Set(instructions.map(({ name }) => name));
    for (const forbidden of ['RUN', 'ADD', 'SHELL', 'VOLUME', 'ONBUILD'])
      expect(names).not.toContain(forbidden);
    const copies = instructions.filter(({ name }) => name === 'COPY');
    expect(copies.every(({ flags }) => flags['from'] === 'build' && flags['chown'] === undefined)).toBe(true);
    expect(instructions.findLast(({ name }) => name === 'USER')?.words).toEqual([await userOfChart()]);
  },
);

test.each(images.map((stage) => [stage.name, stage] as const))(
  '%s says what it is',
  (name, { instructions }) => {
    const labels = instructions
      .filter((instruction) => instruction.name === 'LABEL')
      .flatMap(({ words }) => words);
    const values = Object.fromEntries(
      labels.map((label) => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)]),
    );
    expect(values).toMatchObject({
      'org.opencontainers.image.title': name === 'wheelwright' ? name : `wheelwright-${name}`,
      'org.opencontainers.image.description': expect.stringMatching(/^\w.{20,}/),
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.source': expect.stringMatching(/^https:\/\//),
    });
  },
);

async function userOfChart(): Promise<string> {
  const file = join(repository, 'charts/wheelwright/values.yaml');
  const { podSecurityContext } = load(await readFile(file, 'utf8')) as {
    readonly podSecurityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  };
  return `${podSecurityContext.runAsUser}:${podSecurityContext.runAsGroup}`;
}
