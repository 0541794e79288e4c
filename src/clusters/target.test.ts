import { describe, expect, test } from 'vitest';
import {
  ForbiddenError,
  ProtocolError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../kube/index.ts';
import { AccessError, type AccessErrorKind } from './access/index.ts';
import { ConnectionLostError } from './connection.ts';
import { accessFailure, connectionFailure, providerClosed } from './target.ts';

const key = 'fleet/ap-1';
const context = { cluster: key, verb: 'get', resource: '/version' };

describe('a failure of access', () => {
  test.each<[AccessErrorKind, string]>([
    ['ProviderNotMatched', 'MulticlusterDisabled'],
    ['NotOfferedYet', 'ClusterProfileNotReady'],
    ['Closed', 'ClusterProviderClosed'],
    ['ConfigInvalid', 'AccessProviderFailed'],
    ['PolicyDenied', 'AccessProviderFailed'],
    ['PluginTimeout', 'AccessProviderFailed'],
    ['SecretNotFound', 'AccessProviderFailed'],
  ])('of kind %s is %s', (kind, reason) => {
    expect(accessFailure(key, new AccessError(kind, 'why'))).toMatchObject({ resolved: false, reason });
    expect(connectionFailure(key, new AccessError(kind, 'why'), true)).toMatchObject({ reason });
  });

  test('begins with what the reference operator says, once, and ends as a sentence', () => {
    const prefix = 'failed to build config from ClusterProfile fleet/ap-1';
    const bare = accessFailure(key, new AccessError('PluginExit', 'plugin exited with code 1'));
    expect(bare.message).toBe(`${prefix}: plugin exited with code 1.`);
    const whole = accessFailure(key, new AccessError('ConfigInvalid', `${prefix}: server must be a URL.`));
    expect(whole.message).toBe(`${prefix}: server must be a URL.`);
  });
});

describe('a failure to connect', () => {
  test.each([
    [
      new UnreachableError(context, 'TlsUntrusted', 'self-signed certificate'),
      'the API server cannot be reached (TlsUntrusted: self-signed certificate).',
    ],
    [
      new TimeoutError(context, { message: 'no answer within 9713 ms' }),
      'the API server does not answer in time.',
    ],
    [
      new UnauthorizedError(context, { message: 'Unauthorized' }),
      'the API server refuses the credential (Unauthorized).',
    ],
    [
      new ForbiddenError(context, { message: 'no rule for it' }),
      'the credential lacks rights (no rule for it).',
    ],
    [new ProtocolError(context, { message: 'this is no API server' }), 'this is no API server.'],
    [new Error('what nobody thought of'), 'what nobody thought of.'],
    ['no error at all', 'unknown error.'],
  ])('says why: %s', (error, why) => {
    expect(connectionFailure(key, error, false)).toEqual({
      resolved: false,
      reason: 'RemoteClientCreationFailed',
      message: `failed to create remote kube client for ClusterProfile fleet/ap-1: ${why}`,
    });
  });

  test.each([
    ['a connection that was lost', new ConnectionLostError('it was closed'), false, 'it was closed.'],
    [
      'a server that fell silent',
      new UnreachableError(context, 'Reset', 'read ECONNRESET'),
      true,
      'the API server cannot be reached (Reset: read ECONNRESET).',
    ],
  ])('is staleness for %s', (_what, error, stale, why) => {
    expect(connectionFailure(key, error, stale)).toEqual({
      resolved: false,
      reason: 'RemoteClusterStale',
      message: `cluster connection is stale: fleet/ap-1: ${why} It is connected anew.`,
    });
  });
});

test('shutdown is told as the reference operator tells it', () => {
  expect(providerClosed()).toMatchObject({
    reason: 'ClusterProviderClosed',
    message: 'cluster provider closed during shutdown; the next leader continues.',
  });
});
