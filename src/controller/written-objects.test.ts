import { expect, test } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { WrittenObjects } from './written-objects.ts';

const key = 'team/knative';
const at = (resourceVersion: string, uid = 'uid-1'): KubeObject => ({
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  metadata: { namespace: 'team', name: 'knative', uid, resourceVersion },
});

test('what was written counts until the watch shows it', () => {
  const objects = new WrittenObjects();
  const [read, written] = [at('9'), at('11')];
  objects.wrote(key, written, read);
  expect(objects.latest(key, read)).toBe(written);
  expect(objects.latest(key, at('10'))).toBe(written);
  objects.sees(key, at('10'));
  expect(objects.size).toBe(1);
  objects.sees(key, at('11'));
  expect(objects.size).toBe(0);
});

test.each(['11', '12', '100', 'opaque'])('a watch that shows version %s is not behind', (version) => {
  const objects = new WrittenObjects();
  objects.wrote(key, at('11'), at('9'));
  const shown = at(version);
  expect(objects.latest(key, shown)).toBe(shown);
  objects.wrote(key, at('11'), shown);
  expect(objects.size).toBe(0);
});

test('a successor of the same name has nothing to do with it', () => {
  const objects = new WrittenObjects();
  objects.wrote(key, at('11'), at('9'));
  const successor = at('10', 'uid-2');
  expect(objects.latest(key, successor)).toBe(successor);
  objects.sees(key, successor);
  expect(objects.size).toBe(0);
});

test('nothing is kept of what is gone', () => {
  const objects = new WrittenObjects();
  objects.wrote(key, at('11'), at('9'));
  objects.sees(key, undefined);
  objects.wrote(key, at('12'), undefined);
  expect(objects.size).toBe(0);
});
