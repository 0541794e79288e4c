import { expect, test } from 'vitest';
import type { Sight } from '../workload/workload.ts';
import {
  allOriginals,
  readOriginals,
  targetOfText,
  targetText,
  withFirstSights,
} from './original-replicas.ts';

const place = 'team/one';
const sight = (uid: string, wanted: number): Sight => ({
  seen: 'workload',
  uid,
  resourceVersion: '1',
  wanted,
  replicas: wanted,
  ready: wanted,
});

test.each([
  ['what is seen first', {}, sight('a', 3), false, { [place]: { replicas: 3, uid: 'a' } }],
  [
    'what is seen first, although it is ours',
    {},
    sight('a', 3),
    true,
    { [place]: { replicas: 3, uid: 'a' } },
  ],
  [
    'what one made anew ran',
    { [place]: { replicas: 3, uid: 'a' } },
    sight('b', 5),
    false,
    { [place]: { replicas: 5, uid: 'b' } },
  ],
  [
    'what the one before it ran where one made anew has a number of ours',
    { [place]: { replicas: 3, uid: 'a' } },
    sight('b', 10),
    true,
    { [place]: { replicas: 3, uid: 'b' } },
  ],
] as const)('notes %s', (_name, known, seen, isOurs, expected) => {
  expect(withFirstSights(known, new Map([[place, seen]]), () => isOurs)).toEqual(expected);
});

test('is the same value where nothing is new', () => {
  const known = { [place]: { replicas: 3, uid: 'a' } };
  const sights = new Map<string, Sight>([
    [place, sight('a', 10)],
    ['team/two', { seen: 'nothing' }],
  ]);
  expect(withFirstSights(known, sights, () => true)).toBe(known);
});

test('knows a workload again under another name, and waits for nobody under the old one', () => {
  const known = { [place]: { replicas: 3, uid: 'a' }, 'team/three': { replicas: 1, uid: 'c' } };
  const sights = new Map<string, Sight>([
    [place, sight('b', 7)],
    ['team/two', sight('a', 10)],
  ]);
  expect(withFirstSights(known, sights, () => false)).toEqual({
    [place]: { replicas: 7, uid: 'b' },
    'team/two': { replicas: 3, uid: 'a' },
    'team/three': { replicas: 1, uid: 'c' },
  });
  expect(
    withFirstSights({ [place]: known[place] }, new Map([['team/two', sight('a', 10)]]), () => true),
  ).toEqual({
    'team/two': { replicas: 3, uid: 'a' },
  });
});

test('has the number of one workload under each name that leads there', () => {
  const sights = new Map<string, Sight>([
    [place, sight('a', 10)],
    ['team/two', sight('a', 10)],
  ]);
  const known = { [place]: { replicas: 3, uid: 'a' } };
  expect(withFirstSights(known, sights, () => true)).toEqual({ ...known, 'team/two': known[place] });
});

test.each([
  { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  { apiVersion: 'v1', kind: 'ReplicationController', name: 'web.a-b' },
])('knows %o again by its text', (target) => {
  expect(targetOfText(targetText(target))).toEqual(target);
});

const one = { [place]: { replicas: 3, uid: 'a' } };

test.each([
  [{ 'apps/v1/Deployment/web': one }, { 'apps/v1/Deployment/web': one }],
  // As older releases wrote it.
  [one, { '': one }],
  [{ [place]: { replicas: -1, uid: 'a' } }, {}],
])('reads %j', (written, read) => {
  const annotations = { 'wheelwright.dev/original-replicas': JSON.stringify(written) };
  expect(readOriginals({ metadata: { name: 'web', annotations } })).toEqual(read);
});

test('knows what is scaled now without its name, and by another version of its kind', () => {
  const target = { apiVersion: 'acme.io/v2', kind: 'Fleet', name: 'web' };
  const two = { 'team/two': { replicas: 1, uid: 'b' } };
  const newer = { [place]: { replicas: 4, uid: 'a' } };
  const other = { 'acme.io/v1/Fleet/api': two };
  expect(
    allOriginals(
      target,
      { 'acme.io/v1/Fleet/web': one, ...other },
      { '': newer },
      { 'acme.io/v2/Fleet/web': two },
    ),
  ).toEqual({ 'acme.io/v2/Fleet/web': { ...newer, ...two }, ...other });
});
