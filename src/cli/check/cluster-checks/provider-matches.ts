import { AccessError } from '../../../clusters/index.ts';
import { firstCause } from '../first-cause.ts';
import { type ClusterCheck, failed, ok, skipped, weigh } from '../check.ts';

export const providerMatches: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2003',
  title: 'one of its access providers is in the provider file',
  level: 'error',
  needs: 'a ClusterProfile and --provider-file',
  judge: ({ access }) =>
    weigh(access, {
      answered: ({ provider }) => ok(`access provider '${provider}' matches`),
      failed: (error) => {
        if (!(error instanceof AccessError) || error.kind !== 'ProviderNotMatched')
          return skipped('connection data that makes sense');
        const [problem = '', fix] = firstCause(error).message.replace(/\.$/, '').split('. ');
        return failed(problem, { fix });
      },
    }),
};
