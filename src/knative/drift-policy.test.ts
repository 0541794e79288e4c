import { expect, test } from 'vitest';
import { driftPolicyFindings, driftPolicyOf } from './drift-policy.ts';

test.each([
  [undefined, 'correct', []],
  ['correct', 'correct', []],
  ['report', 'report', []],
  ['Report', 'correct', ["'Report' is neither 'correct' nor 'report'; drift is corrected"]],
  ['', 'correct', ["'' is neither 'correct' nor 'report'; drift is corrected"]],
])('the annotation %j means %s', (value, policy, messages) => {
  const metadata = {
    name: 'a',
    ...(value === undefined ? {} : { annotations: { 'operator.knative.dev/drift-policy': value } }),
  };
  const object = { apiVersion: 'v1', kind: 'KnativeServing', metadata };
  expect(driftPolicyOf(object)).toBe(policy);
  expect(driftPolicyFindings(object).map(({ message }) => message)).toEqual(messages);
});
