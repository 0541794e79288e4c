import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { checkVersionLabels, isKnativeObject } from './label-check.ts';

function labelled(labels: unknown): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels } } as KubeObject;
}

const version = (value: unknown): KubeObject => labelled({ 'app.kubernetes.io/version': value });

describe('version labels', () => {
  it.each([
    [[version('1.22.0'), version('v1.22.9'), labelled({}), labelled(undefined), labelled('text')], '1.22.1'],
    [[version(''), version(7)], '1.22.1'],
    [[version('1.22.0')], 'v1.22'],
    [[version('0.17.2')], ''],
    [[version('0.17.2')], 'latest'],
  ])('%# fit', (objects, target) => {
    expect(() => checkVersionLabels(objects, target)).not.toThrow();
  });

  it.each([
    [[version('1.22.0'), version('1.21.0')], '1.22.1', 'v1.21.0 of the component a does not match'],
    [[labelled({}), version('0.17.2')], '0.26.0', 'v0.17.2 of the component a does not match'],
    [
      [version('devel')],
      '1.22.1',
      'vdevel of the component a does not match the target version of the operator CR v1.22.1',
    ],
  ])('%# do not fit', (objects, target, says) => {
    expect(() => checkVersionLabels(objects, target)).toThrow(says);
  });
});

it.each([
  [{ 'app.kubernetes.io/name': 'knative-serving' }, true],
  [{ 'app.kubernetes.io/part-of': 'knative-eventing' }, true],
  [{ 'app.kubernetes.io/name': 'grafana' }, false],
  [undefined, false],
])('an object labelled %j is part of Knative: %s', (labels, expected) => {
  expect(isKnativeObject(labelled(labels))).toBe(expected);
});
