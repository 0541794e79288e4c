import { unreachableFix } from '../../failure/unreachable-fix.ts';
import { humanDuration } from '../../terminal/human-duration.ts';
import { type ConnectionCheck, failed, ok, skipped, weigh } from '../check.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import { isCertificateTrouble } from '../facts/is-connected.ts';

const soonMs = 30 * 86_400_000;
const mostNames = 8;

export const serverCertificateValid: ConnectionCheck = {
  scope: 'cluster',
  alsoOfMembers: true,
  code: 'WW2006',
  title: 'the certificate of the API server is trusted, names it, and is valid for 30 days',
  level: 'error',
  needs: 'a connection without a proxy',
  about: {
    meaning: 'The certificate of the API server is not trusted, does not name the server, or ends soon.',
    fix: 'The cause says what is wrong with the certificate: mend it, or the connection data of the ClusterProfile or kubeconfig.',
  },
  judge({ certificate, livez, now }) {
    if (livez.state === 'failed' && isCertificateTrouble(livez.error)) {
      const { kind, status } = livez.error;
      return failed('the certificate of the API server cannot be trusted', {
        cause: [status.message, ...shown(certificate)].join('; '),
        fix: unreachableFix(kind),
      });
    }
    return weigh(certificate, {
      answered: ({ expiresAt, issuer }) => {
        const left = expiresAt - now;
        const text = `valid until ${new Date(expiresAt).toISOString().slice(0, 10)} (${humanDuration(left)}), issued by ${issuer}`;
        return left > soonMs
          ? ok(`the certificate of the server is ${text}`)
          : failed(`the certificate of the server ends soon: ${text}`, { level: 'warning' });
      },
      failed: () => skipped('a connection'),
    });
  },
};

function shown(certificate: ConnectionFacts['certificate']): readonly string[] {
  if (certificate.state !== 'answered') return [];
  const { names, issuer, expiresAt } = certificate.value;
  const few = names.slice(0, mostNames).join(', ');
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return [
    `the certificate names ${few === '' ? 'nothing' : few}${more}`,
    `issued by ${issuer}, valid until ${new Date(expiresAt).toISOString().slice(0, 10)}`,
  ];
}
