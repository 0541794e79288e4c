import { describe, expect, test } from 'vitest';
import { withoutContent } from './echoed-content.ts';

const metadata = { name: 'config-network', namespace: 'team' };
const without = (text: string, object: object): string => withoutContent(text, JSON.stringify(object));

describe('an answer', () => {
  test.each([
    ['text for the data of a Secret', { kind: 'Secret', data: 'SECRET-1' }],
    ['a value of a Secret', { kind: 'Secret', stringData: { token: 'SECRET-1' } }],
    ['what the data of a Secret stands for', { kind: 'Secret', data: { token: 'U0VDUkVULTE=' } }],
    ['a list in a Secret', { kind: 'Secret', stringData: { token: ['SECRET-1'] } }],
    ['a Secret that is all wrong', { kind: 'Secret', strange: { token: 'SECRET-1' } }],
    ['a value of a ConfigMap', { kind: 'ConfigMap', data: { token: 'SECRET-1' } }],
    ['text for the data of a ConfigMap', { kind: 'ConfigMap', data: 'SECRET-1' }],
    ['a variable', { kind: 'Pod', spec: { containers: [{ env: [{ name: 'T', value: 'SECRET-1' }] }] } }],
    ['text for a variable', { kind: 'Pod', spec: { containers: [{ env: ['SECRET-1'] }] } }],
  ])('does not repeat %s', (_what, object) => {
    const answer = '{"message":"expected map, got &{\\"SECRET-1\\"} in config-network"}';
    expect(without(answer, { apiVersion: 'v1', metadata, ...object })).toBe(
      '{"message":"expected map, got &{\\"[redacted]\\"} in config-network"}',
    );
  });

  test('does not repeat a value that had to be quoted, or one of its lines', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { a: 'say "hello"\nsecond line' },
    };
    const answer = JSON.stringify({
      message: `Invalid value: ${JSON.stringify('say "hello"')}: second line`,
    });
    expect(without(answer, object)).toBe('{"message":"Invalid value: \\"[redacted]\\": [redacted]"}');
  });

  test('keeps names, short words, and everything of other objects', () => {
    const answer = 'Secret "config-network" in team of type Opaque is invalid: yes';
    const data = { kind: 'Secret', type: 'Opaque', data: { a: 'yes' } };
    expect(without(answer, { apiVersion: 'v1', metadata, ...data })).toBe(answer);
    const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'Opaque' } };
    expect(without(answer, service)).toBe(answer);
  });

  test.each([[undefined], [''], ['no JSON'], ['null'], ['[]']])('to %j stays as it is', (body) => {
    expect(withoutContent('answer', body)).toBe('answer');
  });
});
