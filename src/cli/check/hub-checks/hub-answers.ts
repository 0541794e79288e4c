import { failed, type HubCheck, ok, weigh } from '../check.ts';
import { connectionFinding } from '../connection-finding.ts';

export const hubAnswers: HubCheck = {
  scope: 'hub',
  code: 'WW1002',
  title: 'the hub answers, and accepts the credential of the context',
  level: 'error',
  needs: 'a context',
  about: {
    meaning: 'The API server of the hub does not answer, or refuses the credential of the context.',
    fix: 'The cause says whether it is address, network, TLS or credential.',
  },
  judge: ({ kubernetes }) =>
    weigh(kubernetes, {
      answered: (_, tookMs) => ok(`the hub answered in ${tookMs} ms`),
      failed: (error) => failed('the hub does not answer, or refuses', connectionFinding(error)),
    }),
};
