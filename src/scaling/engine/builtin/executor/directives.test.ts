import { describe, expect, it } from 'vitest';
import { DirectiveError, readDirectives } from './directives.ts';

const none = {
  paused: undefined,
  isScaleInPaused: false,
  isScaleOutPaused: false,
  isActivationForced: false,
};

describe('annotations', () => {
  it.each<[Record<string, string> | undefined, object]>([
    [undefined, none],
    [{}, none],
    [{ paused: 'true' }, { ...none, paused: { replicas: undefined } }],
    [{ paused: 'false' }, none],
    [{ paused: '0' }, none],
    [{ paused: 'perhaps' }, { ...none, paused: { replicas: undefined } }],
    [{ paused: '' }, { ...none, paused: { replicas: undefined } }],
    [
      { 'paused-replicas': '0', paused: 'false' },
      { ...none, paused: { replicas: 0 } },
    ],
    [
      { 'paused-scale-in': 'true', 'paused-scale-out': 'F' },
      { ...none, isScaleInPaused: true },
    ],
    [{ 'paused-scale-out': 't' }, { ...none, isScaleOutPaused: true }],
    [{ 'force-activation': 'true' }, { ...none, isActivationForced: true }],
  ])('%o', (annotations, directives) => {
    const full =
      annotations &&
      Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`autoscaling.keda.sh/${name}`, value]),
      );
    expect(readDirectives(full)).toEqual(directives);
  });

  it.each(['', '-1', '1.5', 'two', '99999999999'])('refuse %j replicas', (value) => {
    expect(() => readDirectives({ 'autoscaling.keda.sh/paused-replicas': value })).toThrow(DirectiveError);
  });
});
