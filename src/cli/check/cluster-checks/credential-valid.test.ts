import { describe, expect, it } from 'vitest';
import { answered, notAsked } from '../../hub/answer.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { credentialValid } from './credential-valid.ts';

const now = Date.parse('2026-11-21T10:00:00Z');
const hour = 3_600_000;
const unknown = notAsked('a connection');

function judge(credential: ConnectionFacts['credential']) {
  return credentialValid.judge({
    now,
    credential,
    certificate: unknown,
    hasProxy: false,
    livez: unknown,
    self: unknown,
  });
}

describe('a credential', () => {
  it.each([
    ['without an end is fine', undefined, 'ok'],
    ['of an hour is renewed all the time', hour, 'ok'],
    ['of a day is, too', 24 * hour, 'ok'],
    ['of two days ends soon', 48 * hour, 'warning'],
    ['of seven days ends soon', 168 * hour, 'warning'],
    ['of eight days is fine', 192 * hour, 'ok'],
    ['that has ended is an error', -hour, 'error'],
    ['that ends now is an error', 0, 'error'],
  ])('%s', (_, left, expected) => {
    const outcome = judge(answered({ expiresAt: left === undefined ? undefined : now + left }));
    expect(outcome.result === 'failed' ? (outcome.level ?? 'warning') : outcome.result).toBe(expected);
  });

  it('that nobody asked for is skipped', () => {
    expect(judge(unknown)).toEqual({ result: 'skipped', needs: 'a connection', lackedHere: false });
  });
});
