import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { ManifestError } from './manifest-error.ts';
import { parseManifest } from './parse-manifest.ts';
import { releaseRoots } from './release-manifests.fixture.ts';

const a = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const b = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n';

function names(text: string): readonly string[] {
  return parseManifest(text, 'f.yaml').map(({ metadata }) => metadata.name);
}

describe('a manifest', () => {
  it.each([
    ['one document', a, ['a']],
    ['several documents in their order', `${b}---\n${a}`, ['b', 'a']],
    ['empty documents and comments between them', `---\n# only this\n---\n\n---\n${a}---\n{}\n---\n`, ['a']],
    ['comments after a marker', `--- # first\n${a}`, ['a']],
    ['line ends of Windows', `${a}---\n${b}`.replaceAll('\n', '\r\n'), ['a', 'b']],
    ['a version directive', `%YAML 1.2\n---\n${a}`, ['a']],
    ['JSON', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'j' } }), ['j']],
    ['a List', `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A, metadata: {name: x}}]`, ['x']],
    ['nothing', '', []],
  ])('may be %s', (_, text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('may have a marker inside a text that is indented', () => {
    const [object] = parseManifest(`${a}data:\n  text: |\n    ---\n    more\n`, 'f.yaml');
    expect(object?.['data']).toEqual({ text: '---\nmore\n' });
  });

  it.each([
    ['a text that YAML 1.1 took for true', 'v: yes', 'yes'],
    ['an octal number of YAML 1.2', 'v: 0o17', 15],
    ['a number with a leading zero', 'v: 010', 10],
    ['a date', 'v: 2026-01-01', '2026-01-01'],
    ['a merge key', 'base: &b {x: 1}\nv: {<<: *b, y: 2}', { x: 1, y: 2 }],
    ['an explicit merge tag', 'base: &b {x: 1}\nv: {!!merge <<: *b}', { x: 1 }],
    ['an anchor used twice', 'p: &n 1\nq: &n 2\nv: *n', 2],
    ['two equal keys, of which the last counts', 'v: 1\nv: 2', 2],
  ])('understands %s', (_, text, expected) => {
    expect(parseManifest(`${a}${text}\n`, 'f.yaml')[0]?.['v']).toEqual(expected);
  });

  it.each([
    [
      'broken YAML',
      `${a}---\nx: [\n`,
      "cannot read document 2 of 'f.yaml' as YAML: deficient indentation in line 3 of the document",
    ],
    ['a web page', '<html></html>', "document 1 of 'f.yaml' is not a Kubernetes object"],
    [
      'an object without kind',
      `${a}---\napiVersion: v1\n`,
      "document 2 of 'f.yaml' is not a Kubernetes object",
    ],
    [
      'an object without name',
      'apiVersion: v1\nkind: Secret\n',
      "the Secret in document 1 of 'f.yaml' has no name",
    ],
    [
      'a list item that is none',
      'apiVersion: v1\nkind: List\nitems: [7]',
      "item 1 in document 1 of 'f.yaml'",
    ],
    ['endless nesting', `v: ${'['.repeat(5_000)}`, "document 1 of 'f.yaml'"],
  ])('is refused when it is %s', (_, text, says) => {
    expect(() => parseManifest(text, 'f.yaml')).toThrow(ManifestError);
    expect(() => parseManifest(text, 'f.yaml')).toThrow(says);
  });

  it('is refused when aliases make gigabytes of it', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(10)}]`,
    );
    expect(() => parseManifest(`${a}l0: &l0 [x]\n${levels.join('\n')}\n`, 'f.yaml')).toThrow(/is too large/);
  });

  it.each([
    ['it contains itself', 'v: &v [*v]'],
    ['aliases repeat a long text', `v: &v ${'x'.repeat(20_000)}\nw: [${'*v, '.repeat(1_000)}]`],
    ['aliases repeat a long key', `v: &v {${'x'.repeat(20_000)}: 1}\nw: [${'*v, '.repeat(1_000)}]`],
    [
      'aliases nest without end',
      Array.from({ length: 9_000 }, (_, level) => `${9_000 - level}: &l${level} [*l${level - 1}]`)
        .join('\n')
        .replace('*l-1', 'x'),
    ],
  ])('is refused when %s', (_, text) => {
    expect(() => parseManifest(`${a}${text}\n`, 'f.yaml')).toThrow(/too large/);
    expect(() => parseManifest(`${a}${text}\n`, 'f.yaml')).toThrow(ManifestError);
  });

  it('may say something several times', () => {
    const [object] = parseManifest(`${a}v: &v {x: [1]}\nw: [*v, *v]\n`, 'f.yaml');
    expect(object?.['w']).toEqual([{ x: [1] }, { x: [1] }]);
  });

  it('shows nothing of its content when it is refused', () => {
    for (const secret of [
      '{a: "s3cr3t',
      '- s3cr3t: *s3cr3t',
      's3cr3t',
      '!<s3cr3t> a',
      '"\\q s3cr3t"',
      '@s3cr3t',
    ]) {
      expect(() => parseManifest(secret, 'f.yaml')).toThrow(/^(?!.*s3cr3t)/s);
    }
  });

  it('cannot be changed by those who share it', () => {
    const [object] = parseManifest(`${a}list: [{x: 1}]\n`, 'f.yaml');
    const list = object?.['list'] as readonly object[];
    expect([object, list, list[0]].every(Object.isFrozen)).toBe(true);
  });

  it('comes back as it was written', () => {
    const object = fc.record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('ConfigMap'),
      metadata: fc.record({ name: fc.string({ minLength: 1 }) }),
      data: fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        const text = objects.map((each) => `---\n${dump(each)}`).join('');
        expect(JSON.stringify(parseManifest(text, 'f.yaml'))).toBe(JSON.stringify(objects));
      }),
    );
  });
});

describe('every released file', () => {
  const { old, recent } = releaseRoots();
  it.each([old, recent].filter((root) => root !== undefined))('below %s can be read', (root) => {
    const files = (readdirSync(root, { recursive: true }) as string[]).filter((name) =>
      name.endsWith('.yaml'),
    );
    expect(files.length).toBeGreaterThan(40);
    for (const file of files)
      expect(parseManifest(readFileSync(join(root, file), 'utf8'), file)).not.toEqual([]);
  });
});
