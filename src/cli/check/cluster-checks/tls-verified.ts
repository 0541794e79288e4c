import { type ClusterCheck, failed, ok, skipped, weigh } from '../check.ts';

export const tlsVerified: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2014',
  title: 'the certificate of the API server is verified',
  level: 'warning',
  needs: 'connection data',
  about: {
    meaning: 'insecure-skip-tls-verify is true: whoever is on the way can read the credential, and answer.',
    fix: 'Give the certificate authority of the server as certificate-authority-data instead.',
  },
  judge: ({ access }) =>
    weigh(access, {
      answered: ({ endpoint }) =>
        endpoint.insecureSkipTlsVerify === true
          ? failed('insecure-skip-tls-verify is true')
          : ok('the certificate of the server is verified'),
      failed: () => skipped('connection data'),
    }),
};
