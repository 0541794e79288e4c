import { expect, test } from 'vitest';
import type { ChildCondition } from './child.ts';
import { reportOfChild } from './report-of-child.ts';

const isReady = { type: 'Ready', status: 'True', reason: 'ScaledObjectReady', message: 'defined correctly' };
const isActive = { type: 'Active', status: 'True', reason: 'ScalerActive', message: 'triggers are active' };
const isPaused = { type: 'Paused', status: 'True', reason: 'ScaledObjectPaused', message: 'paused' };
const failing = {
  type: 'HPAActive',
  status: 'False',
  reason: 'FailedGetExternalMetric',
  message: 'no metric',
};
const idle = { type: 'HPAActive', status: 'True', reason: 'ScalingDisabled', message: 'zero' };
const triggerError = { type: 'Ready', status: 'False', reason: 'TriggerError', message: 'not working' };

const verdict = ({ status, reason, message }: ChildCondition): object => ({ status, reason, message });
const pending = expect.objectContaining({ status: 'Unknown', reason: 'ScaledObjectPending' }) as unknown;
const notPaused = expect.objectContaining({ status: 'False', reason: 'ScaledObjectUnpaused' }) as unknown;

test.each<readonly [string, readonly ChildCondition[], object]>([
  ['nothing yet', [], { ready: pending, active: pending, paused: notPaused }],
  [
    'what KEDA begins with',
    [
      { type: 'Ready', status: 'Unknown' },
      { type: 'Active', status: 'Unknown' },
      { type: 'Fallback', status: 'Unknown' },
      { type: 'Paused', status: 'False' },
    ],
    { ready: pending, active: pending, paused: notPaused },
  ],
  [
    'all well',
    [isReady, isActive],
    { ready: verdict(isReady), active: verdict(isActive), paused: notPaused },
  ],
  [
    'triggers that fail',
    [triggerError, failing],
    { ready: verdict(triggerError), active: pending, paused: notPaused },
  ],
  [
    'an autoscaler that cannot compute',
    [isReady, isActive, failing],
    { ready: verdict(failing), active: verdict(isActive), paused: notPaused },
  ],
  ['an autoscaler at zero', [isReady, idle], { ready: verdict(isReady), active: pending, paused: notPaused }],
  [
    'an autoscaler that is gone with the pause',
    [isReady, isPaused, failing],
    { ready: verdict(isReady), active: pending, paused: verdict(isPaused) },
  ],
  [
    'a status that nobody knows',
    [{ ...isReady, status: 'Perhaps' }],
    { ready: pending, active: pending, paused: notPaused },
  ],
])('%s', (_case, conditions, report) => {
  expect(reportOfChild({ conditions }, false)).toEqual(report);
});

test('a fallback is told of where there is one', () => {
  const holds = { type: 'Fallback', status: 'True', reason: 'FallbackExists', message: 'at least one' };
  expect(reportOfChild({ conditions: [holds] }, true).fallback).toEqual(verdict(holds));
  expect(reportOfChild({ conditions: [] }, true).fallback).toEqual(pending);
  expect(reportOfChild({ conditions: [holds] }, false).fallback).toBeUndefined();
});
