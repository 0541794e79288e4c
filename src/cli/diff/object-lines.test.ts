import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { maskSecret } from './mask-secret.ts';
import { objectDiff } from './object-diff.ts';
import { objectLines } from './object-lines.ts';
import { renderObjectDiff } from './render-diff.ts';

const metadata = { namespace: 'a', name: 'b' };

function secret(data: object, annotations?: Record<string, string>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, ...(annotations && { annotations }) },
    data,
  };
}

describe('a Secret', () => {
  it('shows which values differ, and none of them', () => {
    const [before, after] = [
      secret({ same: 'eA==', other: 'eQ==', gone: 'eg==' }),
      secret({ same: 'eA==', other: 'ew==' }),
    ];
    expect(maskSecret(before, after, 'before')['data']).toEqual({
      same: '[redacted]',
      other: '[redacted] before',
      gone: '[redacted] before',
    });
    expect(maskSecret(after, before, 'after')['data']).toEqual({
      same: '[redacted]',
      other: '[redacted] after',
    });
  });

  it('that is new or goes shows nothing either, in whatever field', () => {
    const stringData = { ...secret({ a: 'eA==' }), stringData: { b: 'plain' } };
    expect(maskSecret(stringData, undefined, 'after')).toMatchObject({
      data: { a: '[redacted]' },
      stringData: { b: '[redacted]' },
    });
  });

  it('does not show what kubectl noted of it', () => {
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const noted = secret({}, { [name]: '{"data":{"token":"eA=="}}', other: 'stays' });
    expect(maskSecret(noted, undefined, 'before').metadata.annotations).toEqual({
      [name]: '[redacted]',
      other: 'stays',
    });
  });

  it('of another API group is no Secret', () => {
    const other = { ...secret({ a: 'eA==' }), apiVersion: 'example.com/v1' };
    expect(maskSecret(other, undefined, 'before')).toBe(other);
  });
});

describe('the lines of an object', () => {
  it('have sorted keys, with those first that say what it is', () => {
    const object = {
      spec: { b: 1, a: [{ d: 1, c: 2 }] },
      kind: 'A',
      metadata: { namespace: 'ns', name: 'm' },
      apiVersion: 'v1',
    };
    expect(objectLines(object)).toEqual([
      'apiVersion: v1',
      'kind: A',
      'metadata:',

      '  name: m',
      '  namespace: ns',
      'spec:',
      '  a:',
      '    - c: 2',
      '      d: 1',
      '  b: 1',
    ]);
  });

  it('cannot command a terminal, and show no credential', () => {
    const token = `Bearer ${'x'.repeat(20)}`;
    const lines = objectLines({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { a: '\u001B[2Jred\u202Etxt', b: token, c: 'first\n  second\u2066\n' },
    }).join('\n');
    // oxlint-disable-next-line no-control-regex -- looks for control characters
    expect(lines).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(lines).not.toContain('xxxx');
    expect(lines).toContain('    second');
  });
});

describe('the difference of an object', () => {
  const identity = { apiVersion: 'v1', kind: 'ConfigMap', ...metadata };
  const map = (a: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a } });
  const style = {
    colour: false,
    unicode: true,
    accessible: false,
    terminal: false,
    width: undefined,
    height: undefined,
  };

  it('that would show a credential is told without it', () => {
    const before = map(`Bearer ${'x'.repeat(20)}`);
    const difference = objectDiff({
      identity,
      action: 'change',
      before,
      after: map(`Bearer ${'y'.repeat(20)}`),
    });
    expect(difference && renderObjectDiff(difference, { cluster: 'hub', style })).toEqual([
      'ConfigMap a/b on hub would be changed',
      '--- live/ConfigMap/a/b.yaml',
      '+++ wanted/ConfigMap/a/b.yaml',
      'What differs is not shown, because it looks like a credential.',
    ]);
  });

  it.each(['none', 'refused'] as const)('is none where the action is %s', (action) => {
    expect(objectDiff({ identity, action } as never)).toBeUndefined();
  });
});
