import { NotFoundError } from '../../../kube/index.ts';
import { type ConnectionCheck, failed, ok, skipped, weigh } from '../check.ts';
import { connectionFinding } from '../connection-finding.ts';

export const identity: ConnectionCheck = {
  scope: 'cluster',
  alsoOfMembers: true,
  code: 'WW2008',
  title: 'the API server accepts the credential',
  level: 'error',
  needs: 'a connection',
  about: {
    meaning: 'The API server answers, but does not accept the credential that the access provider gives.',
    fix: 'Renew the credential at its source, and see that it belongs to this cluster.',
  },
  judge: ({ self }) =>
    weigh(self, {
      answered: ({ username }) => ok(`the API server knows us as ${username}`),
      failed: (error) =>
        error instanceof NotFoundError
          ? skipped('Kubernetes 1.28 or newer')
          : failed('the API server does not accept the credential', connectionFinding(error)),
    }),
};
