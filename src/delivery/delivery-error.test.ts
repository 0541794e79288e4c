import { describe, expect, it } from 'vitest';
import {
  ForbiddenError,
  InvalidError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../kube/index.ts';
import { DeliveryError, isRefusal } from './delivery-error.ts';

const context = { cluster: 'fleet/spoke', verb: 'apply', resource: 'configmaps' };
const details = (httpStatus: number, message = 'no') => ({ httpStatus, message });

describe('a refusal', () => {
  it.each([
    [new ForbiddenError(context, details(403)), true],
    [new InvalidError(context, details(422)), true],
    [new ServerError(context, details(500, 'failed calling webhook "a": no endpoints')), true],
    [new ServerError(context, details(500, 'conversion webhook for b failed')), true],
    [new ServerError(context, details(500, 'etcdserver: leader changed')), false],
    [new ServerError(context, details(503)), false],
    [new ThrottledError(context, details(429)), false],
    [new UnauthorizedError(context, details(401)), false],
    [new TimeoutError(context, details(504)), false],
    [new UnreachableError(context, 'Reset', 'connection reset'), false],
    [new Error('a bug'), false],
  ])('is what the server says about the object: %s %s', (error, is) => {
    expect(isRefusal(error)).toBe(is);
  });
});

describe('the failures of a delivery', () => {
  it('read the same in whatever order they came', () => {
    const failure = (name: string) => ({
      identity: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name },
      error: new ForbiddenError(context, details(403, `not ${name}`)),
    });
    const message = 'cannot apply ConfigMap n/a on cluster "fleet/spoke" (and 1 more): not a';
    expect(new DeliveryError('apply', 'fleet/spoke', [failure('b'), failure('a')]).message).toBe(message);
    expect(new DeliveryError('apply', 'fleet/spoke', [failure('a'), failure('b')]).message).toBe(message);
  });
});
