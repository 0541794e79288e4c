import { expect, test } from 'vitest';
import {
  AlreadyExistsError,
  ConflictError,
  ForbiddenError,
  GoneError,
  InvalidError,
  NotFoundError,
  ProtocolError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
} from './errors.ts';
import { errorFromAnswer, errorFromStatus, statusDetails } from './status-error.ts';

const context = { cluster: 'east', verb: 'get', resource: 'configmaps', name: 'a' };

function status(code: number, reason: string, more: object = {}): string {
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'because',
    reason,
    code,
    ...more,
  });
}

test.each([
  [400, 'BadRequest', InvalidError],
  [401, 'Unauthorized', UnauthorizedError],
  [403, 'Forbidden', ForbiddenError],
  [404, 'NotFound', NotFoundError],
  [405, 'MethodNotAllowed', InvalidError],
  [409, 'AlreadyExists', AlreadyExistsError],
  [409, 'Conflict', ConflictError],
  [410, 'Expired', GoneError],
  [413, 'RequestEntityTooLarge', InvalidError],
  [415, 'UnsupportedMediaType', InvalidError],
  [422, 'Invalid', InvalidError],
  [429, 'TooManyRequests', ThrottledError],
  [500, 'InternalError', ServerError],
  [503, 'ServiceUnavailable', ServerError],
  [504, 'Timeout', TimeoutError],
])('%i %s is its own class and keeps the message of the server', (code, reason, expected) => {
  const error = errorFromAnswer(context, code, status(code, reason));
  expect(error).toBeInstanceOf(expected);
  expect(error.status).toMatchObject({ httpStatus: code, reason, message: 'because' });
});

test.each([
  [302, '', ProtocolError, 'HTTP 302'],
  [400, 'no tunnel', ProtocolError, 'HTTP 400: no tunnel'],
  [404, '404 page not found\n', NotFoundError, 'HTTP 404: 404 page not found'],
  [404, '<html>nothing here</html>', ProtocolError, 'HTTP 404: <html>nothing here</html>'],
  [404, '', ProtocolError, 'HTTP 404'],
  [418, '{"kind":"Teapot"}', ProtocolError, 'HTTP 418: {"kind":"Teapot"}'],
  [502, 'bad\n\n  gateway', ServerError, 'HTTP 502: bad gateway'],
  [500, 'null', ServerError, 'HTTP 500: null'],
])('%i with the foreign body %j is judged by its status', (code, body, expected, message) => {
  const error = errorFromAnswer(context, code, body);
  expect(error).toBeInstanceOf(expected);
  expect(error.status.message).toBe(message);
});

test('a long foreign body is cut', () => {
  expect(errorFromAnswer(context, 500, 'x'.repeat(10_000)).message.length).toBeLessThan(300);
});

test('the status line counts more than the code in the body', () => {
  expect(errorFromAnswer(context, 500, status(404, 'NotFound'))).toBeInstanceOf(ServerError);
});

test.each([
  ['5', 5_000],
  ['0', 0],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['-1', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(errorFromAnswer(context, 429, '', header).status.retryAfterMs).toBe(expected);
});

test('the details of a Status carry causes and the wait, and nothing of another shape', () => {
  const details = statusDetails({
    code: 422,
    reason: '',
    message: '',
    details: { causes: [{ field: 'spec.a', message: 'wrong' }, null, 'text'], retryAfterSeconds: 3 },
  });
  expect(details).toEqual({
    httpStatus: 422,
    message: 'the server gave no reason',
    causes: [{ field: 'spec.a', message: 'wrong' }],
    retryAfterMs: 3_000,
  });
  expect(statusDetails({})).toEqual({ message: 'the server gave no reason' });
});

test('a Status without a code is a failure of the server', () => {
  expect(errorFromStatus(context, { message: 'because' })).toBeInstanceOf(ServerError);
});
