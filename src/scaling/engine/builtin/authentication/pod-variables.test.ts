import { expect, it } from 'vitest';
import { TriggerError } from '../triggers/trigger.ts';
import { podVariable } from './pod-variables.ts';

const objects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ConfigMap names': { USER: 'ada', HOST: 'map' },
  'Secret words': { HOST: 'secret', TOKEN: 'sesame' },
};

function find(container: object, name: string, read: string[] = []): Promise<unknown> {
  return podVariable({ spec: { containers: [container] } }, { name }, 'it', async (kind, object) => {
    read.push(object);
    return objects[`${kind} ${object}`];
  });
}

const names = { configMapRef: { name: 'names' } };
const words = { secretRef: { name: 'words' } };
const gone = { configMapRef: { name: 'gone', optional: true } };
const key = (name: string, of: string, optional = false): object => ({
  valueFrom: { secretKeyRef: { name, key: of, optional } },
});

it.each<[what: string, container: object, name: string, value: string]>([
  ['a value', { env: [{ name: 'A', value: 'b' }] }, 'A', 'b'],
  ['no value', { env: [{ name: 'A' }] }, 'A', ''],
  [
    'the last of a name',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
    'A',
    '2',
  ],
  ['the last source', { envFrom: [names, words] }, 'HOST', 'secret'],
  ['the last source that has it', { envFrom: [names, words] }, 'USER', 'ada'],
  ['a prefix', { envFrom: [{ ...names, prefix: 'DB_' }] }, 'DB_USER', 'ada'],
  ['env over envFrom', { env: [{ name: 'HOST', value: 'x' }], envFrom: [names] }, 'HOST', 'x'],
  ['a key', { env: [{ name: 'A', ...key('words', 'TOKEN') }] }, 'A', 'sesame'],
  ['an optional source that is not there', { envFrom: [names, gone] }, 'USER', 'ada'],
  [
    'an optional key that is not there',
    { env: [{ name: 'USER', ...key('words', 'x', true) }], envFrom: [names] },
    'USER',
    'ada',
  ],
  [
    'references to what stands before',
    {
      envFrom: [names],
      env: [
        { name: 'A', value: 'a' },
        { name: 'B', value: '$(USER)@$(A)-$(B)-$(C)' },
      ],
    },
    'B',
    'ada@a-$(B)-$(C)',
  ],
  [
    'dollars',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '$$(A) $ $$ $(' },
      ],
    },
    'B',
    '$(A) $ $ $(',
  ],
])('knows %s', async (_what, container, name, value) => {
  expect(await find(container, name)).toEqual({ value });
});

it('reads only what the variable is made from', async () => {
  const read: string[] = [];
  const env = [
    { name: 'A', ...key('gone', 'x') },
    { name: 'B', value: 'b' },
  ];
  expect(await find({ env, envFrom: [{ configMapRef: { name: 'gone' } }] }, 'B', read)).toEqual({
    value: 'b',
  });
  expect(read).toEqual([]);
});

it('does not know what refers to what is another one in each pod', async () => {
  const ip = { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
  const url = { name: 'URL', value: 'http://$(IP):80' };
  expect(await find({ env: [ip, url] }, 'URL')).toEqual({ why: 'IP is another one in each pod' });
});

it('is not made to write for ever', async () => {
  const env = Array.from({ length: 60 }, (_, at) => ({
    name: `A${at}`,
    value: at === 0 ? 'ab' : `$(A${at - 1})`.repeat(4),
  }));
  await expect(find({ env }, 'A59')).rejects.toThrow(/makes A\d+ longer than 1048576 characters/);
});

it('is not made to look for ever', async () => {
  const many = Array.from({ length: 20_000 }, () => ({ name: 'OTHER', value: '' }));
  const url = { name: 'URL', value: '$(NONE)'.repeat(20_000) };
  await expect(find({ env: [...many, url] }, 'URL')).rejects.toThrow(
    'it needs more than 2000 variables for NONE',
  );
  const optional = Array.from({ length: 20_000 }, () => ({ name: 'A', ...key('words', 'x', true) }));
  await expect(find({ env: optional }, 'A')).rejects.toThrow('it needs more than 2000 variables for A');
  const chain = Array.from({ length: 20_000 }, (_, at) => ({
    name: `A${at}`,
    value: at === 0 ? 'a' : `$(A${at - 1})`,
  }));
  await expect(find({ env: chain }, 'A19999')).rejects.toThrow(TriggerError);
});

it.each([
  ['a source', { envFrom: [{ secretRef: { name: 'gone' } }] }],
  ['a key', { env: [{ name: 'A', ...key('words', 'x') }] }],
  ['the variable', {}],
])('fails without %s', async (_what, container) => {
  await expect(find(container, 'A')).rejects.toThrow(TriggerError);
});
