import { expect, test } from 'vitest';
import type { Cluster } from '../cluster.ts';
import { memberHealth, type MemberLink } from './member-health.ts';

const connected: MemberLink = { phase: 'connected', cluster: { serverVersion: 'v1.36.1' } as Cluster };
const lost: MemberLink = { phase: 'lost', why: 'the API server does not answer in time.' };

test.for([
  ['Unknown', connected, undefined, 'Ready', 'It answers, with Kubernetes v1.36.1.'],
  [
    'Ready',
    connected,
    'Secret a/b is empty.',
    'Ready',
    'It answers, with Kubernetes v1.36.1. Secret a/b is empty. What it had before stays in force.',
  ],
  ['Unknown', { phase: 'connecting' }, undefined, 'Unknown', 'It is being connected.'],
  ['NotReady', { phase: 'connecting' }, undefined, 'NotReady', 'It is being connected.'],
  ['Ready', lost, undefined, 'NotReady', 'The API server does not answer in time.'],
  ['Unknown', { phase: 'none' }, 'Secret a/b is empty.', 'NotReady', 'Secret a/b is empty.'],
] as const)('from %s by %j with the problem %s: %s', ([before, link, problem, state, info]) => {
  expect(memberHealth({ before, link, problem, warnings: [] })).toEqual({
    state,
    info,
    cluster: link.phase === 'connected' ? link.cluster : undefined,
  });
});

test('what is odd but works is told', () => {
  const { info } = memberHealth({
    before: 'Ready',
    link: connected,
    problem: undefined,
    warnings: ['it is odd'],
  });
  expect(info).toBe('It answers, with Kubernetes v1.36.1. Warning: it is odd.');
});
