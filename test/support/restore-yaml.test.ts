import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { restoreYaml } from './restore-yaml.ts';

const fields = {
  '': ['kind', 'metadata', 'spec'],
  metadata: ['name', 'labels'],
  labels: ['*'],
  spec: ['size', 'template', 'boxes', 'rest'],
  template: ['metadata', 'spec'],
  boxes: ['name', 'color', 'doors'],
  doors: ['height'],
  color: ['red'],
};

const wanted = {
  kind: 'House',
  metadata: { name: 'a', labels: { 'example.com/b': 'c' } },
  spec: {
    size: '5',
    boxes: [{ name: 'one', doors: [{ height: 2 }, { height: 3 }], color: { red: 1 } }, { name: 'two' }],
    rest: ['*'],
    template: { metadata: { labels: { app: 'x' } }, spec: { size: 1 } },
  },
};

test('a document without line ends has them again', () => {
  const text =
    'kind: Housemetadata: name: a labels: example.com/b: cspec: size: "5" boxes: - name: one doors: - height: 2 - height: 3 color: red: 1 - name: two rest: ["*"] template: metadata: labels: app: x spec: size: 1';
  expect(load(restoreYaml(text, fields))).toEqual(wanted);
});

test('documents without indentation have it again, but for comments', () => {
  const text = 'kind: A\nmetadata:\n# a note\nname: a # another\n---\nkind: B\nmetadata:\nname: b';
  expect(restoreYaml(text, fields)).toBe(
    'kind: A\nmetadata:\n  name: a\n---\nkind: B\nmetadata:\n  name: b\n',
  );
});

test('a field that may stand nowhere is an error', () => {
  expect(() => restoreYaml('kind: A\nheight: 1', fields)).toThrow("no field may have 'height'");
});
