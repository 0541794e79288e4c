import { dump } from 'js-yaml';
import { expect, it } from 'vitest';
import { enclosingField } from './enclosing-field.ts';

const lines = dump({
  kind: 'Deployment',
  metadata: { annotations: { 'a.b/c: d': 'x' } },
  rules: [{ apiGroups: ['first'], verbs: ['get'] }],
  spec: {
    template: { containers: [{ name: 'activator', image: 'old', env: [{ name: 'A', value: 'one' }] }] },
  },
  data: { text: 'one\n\n  two\n' },
}).split('\n');

it.each([
  ['kind: Deployment', ''],
  ['x', 'metadata.annotations'],
  ['- first', 'rules[].apiGroups'],
  ['- get', 'rules[].verbs'],
  ['- name: activator', 'spec.template.containers'],
  ['image: old', 'spec.template.containers[activator]'],
  ['value: one', 'spec.template.containers[activator].env[A]'],
  ['  two', 'data.text.one'],
])('%s stands in %s', (end, field) => {
  expect(
    enclosingField(
      lines,
      lines.findIndex((line) => line.endsWith(end)),
    ),
  ).toBe(field);
});
