import { asProblem, failed, type HubCheck, ok, weigh } from '../check.ts';

export const providerFileUsable: HubCheck = {
  scope: 'hub',
  code: 'WW1107',
  title: 'the access provider file can be used',
  level: 'warning',
  needs: '--provider-file',
  judge: ({ providerFile }) =>
    weigh(providerFile, {
      answered: ({ providers, warnings }) => {
        const names = providers.map(({ name }) => `'${name}'`).join(', ');
        if (providers.length === 0) return failed('the access provider file has no provider at all');
        return warnings.length > 0
          ? failed(warnings.join('; '), { level: 'info' })
          : ok(`the access provider file has ${names}`);
      },
      failed: asProblem,
    }),
};
