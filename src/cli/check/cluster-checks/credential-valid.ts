import { humanDuration } from '../../terminal/human-duration.ts';
import { type ConnectionCheck, failed, ok, skipped, weigh } from '../check.ts';

const dayMs = 86_400_000;
/** What lives at most this long is renewed by its provider all the time. */
const shortLivedMs = dayMs;
const soonMs = 7 * dayMs;

export const credentialValid: ConnectionCheck = {
  scope: 'cluster',
  alsoOfMembers: true,
  code: 'WW2005',
  title: 'the credential is valid for 7 days or renews itself',
  level: 'warning',
  needs: 'a credential',
  judge: ({ credential, now }) =>
    weigh(credential, {
      answered: ({ expiresAt }) => {
        if (expiresAt === undefined) return ok('the credential does not say when it ends');
        const left = expiresAt - now;
        const until = new Date(expiresAt).toISOString().slice(0, 19);
        if (left <= 0) return failed(`the credential ended at ${until}Z`, { level: 'error' });
        const text = `valid until ${until}Z (${humanDuration(left)})`;
        return left > soonMs || left <= shortLivedMs
          ? ok(`the credential is ${text}`)
          : failed(`the credential ends soon: ${text}`);
      },
      failed: () => skipped('a credential'),
    }),
};
