import { AccessError } from '../../../clusters/index.ts';
import { ForbiddenError } from '../../../kube/index.ts';
import { firstCause } from '../first-cause.ts';
import { type ClusterCheck, failed, ok, type Outcome, skippedHere, weigh } from '../check.ts';

/** Every new connection waits for it. */
const slowMs = 5_000;

export const providerAnswers: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2004',
  title: 'its access provider gives a credential within 5 s',
  level: 'error',
  needs: 'a provider that matches',
  judge({ access, credential }) {
    if (access.state === 'failed' && !isUnmatched(access.error)) return judgeFailure(access.error);
    return weigh(credential, {
      answered: (_, tookMs) =>
        tookMs < slowMs
          ? ok(`the access provider answered in ${tookMs} ms`)
          : failed(`the access provider took ${tookMs} ms`, {
              level: 'warning',
              fix: 'make the plugin quicker',
            }),
      failed: judgeFailure,
    });
  },
};

function isUnmatched(error: Error): boolean {
  return error instanceof AccessError && error.kind === 'ProviderNotMatched';
}

/** What the operator has and this machine or user lacks is no fault of the fleet. */
function judgeFailure(error: Error): Outcome {
  if (!(error instanceof AccessError)) return failed(error.message);
  if (error.kind === 'PluginNotFound') return skippedHere("the operator's plugins on this machine");
  if (error.kind === 'SecretUnreadable' && isForbidden(error))
    return skippedHere('the right to get the Secret that the ClusterProfile names');
  return failed(firstCause(error).message);
}

function isForbidden(error: Error): boolean {
  return error instanceof ForbiddenError || (error.cause instanceof Error && isForbidden(error.cause));
}
