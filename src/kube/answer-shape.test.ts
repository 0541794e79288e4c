import { expect, test } from 'vitest';
import { listOf, objectOf, watchEventOf } from './answer-shape.ts';
import { ProtocolError } from './errors.ts';
import { resources } from './resource.ts';

const context = { cluster: 'east', verb: 'get', resource: 'deployments.apps' };
const { deployments } = resources;

test.each([
  '<html>secret</html>',
  '',
  '"secret"',
  '[]',
  'null',
  '{"secret":1}',
  '{"kind":"Pod"}',
  '{"kind":1,"apiVersion":"v1"}',
])('%j is no object, and is not quoted', (text) => {
  expect(() => objectOf(context, text)).toThrow(ProtocolError);
  expect(() => objectOf(context, text)).not.toThrow(/secret/);
});

test('an object is passed on as it is', () => {
  const object = {
    kind: 'SelfSubjectReview',
    apiVersion: 'v1',
    metadata: { creationTimestamp: null },
    odd: [1],
  };
  expect(objectOf(context, JSON.stringify(object))).toEqual(object);
});

test('the items of a list get the type that the list leaves out, and keep one of their own', () => {
  const list = listOf(
    context,
    deployments,
    JSON.stringify({
      kind: 'DeploymentList',
      metadata: { resourceVersion: '7', continue: 'more' },
      items: [{ metadata: { name: 'a' } }, { kind: 'PartialObjectMetadata', metadata: { name: 'b' } }],
    }),
  );
  expect(list).toEqual({
    resourceVersion: '7',
    continue: 'more',
    items: [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
      { apiVersion: 'apps/v1', kind: 'PartialObjectMetadata', metadata: { name: 'b' } },
    ],
  });
});

test('a list without items is empty where it says that it is a list', () => {
  const text = JSON.stringify({ kind: 'DeploymentList', metadata: { resourceVersion: '7' }, items: null });
  expect(listOf(context, deployments, text)).toEqual({ items: [], resourceVersion: '7', continue: '' });
});

test.each([
  {},
  { items: [] },
  { kind: 'Status', items: [], metadata: {} },
  { kind: 'DeploymentList', metadata: {}, items: {} },
  { kind: 'DeploymentList', items: [] },
  { kind: 'DeploymentList', metadata: {}, items: [null] },
  { kind: 'DeploymentList', metadata: {}, items: [{ metadata: {} }] },
])('%j is no list', (body) => {
  expect(() => listOf(context, deployments, JSON.stringify(body))).toThrow(ProtocolError);
});

test.each([
  { type: 'ADDED', object: { metadata: { name: 'a' } } },
  { type: 'MODIFIED', object: { metadata: { name: 'a' } } },
  { type: 'DELETED', object: { metadata: { name: 'a' } } },
  { type: 'BOOKMARK', object: { metadata: {} } },
  { type: 'ERROR', object: {} },
])('$type is a watch event', (event) => {
  expect(watchEventOf(context, event)).toBe(event);
});

test.each([
  null,
  'text',
  {},
  { type: 'ADDED' },
  { type: 'ADDED', object: {} },
  { type: 'ADDED', object: { metadata: {} } },
  { type: 'BOOKMARK', object: {} },
  { type: 'ERROR', object: 'text' },
  { type: 'SOMETHING', object: { metadata: { name: 'a' } } },
])('%j is no watch event', (line) => {
  expect(() => watchEventOf(context, line)).toThrow(ProtocolError);
});
