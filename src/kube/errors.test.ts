import { expect, test } from 'vitest';
import { isAbort, NotFoundError, UnreachableError } from './errors.ts';

const context = { cluster: 'east', verb: 'get', resource: 'deployments.apps' };

test.each([
  [{}, 'get deployments.apps on cluster "east": gone'],
  [{ name: 'b' }, 'get deployments.apps b on cluster "east": gone'],
  [{ namespace: 'a', name: 'b' }, 'get deployments.apps a/b on cluster "east": gone'],
])('an error says which verb, object and cluster it is about (%j)', (where, expected) => {
  expect(new NotFoundError({ ...context, ...where }, { message: 'gone' }).message).toBe(expected);
});

test('an error has the name of its class, the cluster and the cause', () => {
  const cause = new Error('low');
  const error = new UnreachableError(context, 'Reset', 'broke', { cause });
  expect(error).toMatchObject({
    name: 'UnreachableError',
    cluster: 'east',
    kind: 'Reset',
    transient: true,
    cause,
  });
});

test('only what the signal itself caused is taken for an abort', () => {
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  expect(isAbort(reason, signal)).toBe(true);
  expect(isAbort(new DOMException('aborted', 'AbortError'), signal)).toBe(true);
  expect(isAbort(new Error('other'), signal)).toBe(false);
  expect(isAbort(reason, new AbortController().signal)).toBe(false);
  expect(isAbort(reason, undefined)).toBe(false);
});
