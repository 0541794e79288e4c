import { type ConnectionCheck, failed, ok, skipped, weigh } from '../check.ts';
import { connectionFinding } from '../connection-finding.ts';
import { isCertificateTrouble, isConnected } from '../facts/is-connected.ts';

export const serverAnswers: ConnectionCheck = {
  scope: 'cluster',
  alsoOfMembers: true,
  code: 'WW2007',
  title: 'the API server answers',
  level: 'error',
  needs: 'a credential',
  judge: ({ livez }) =>
    weigh(livez, {
      answered: (_, tookMs) => ok(`/livez answered in ${tookMs} ms`),
      failed: (error, tookMs) => {
        if (isCertificateTrouble(error)) return skipped('a certificate that can be trusted');
        // Even a refusal is an answer; whether it accepts the credential is another question.
        return isConnected(error)
          ? ok(`the API server answered in ${tookMs} ms`)
          : failed('the API server does not answer', connectionFinding(error));
      },
    }),
};
