import { reasonOfCondition } from '../../codes/reason-of-code.ts';
import { valueOf } from '../../hub/answer.ts';
import { typedName } from '../../status/installation.ts';
import { failed, type HubCheck, ok, skippedHere } from '../check.ts';

export const providerFileGiven: HubCheck = {
  scope: 'hub',
  code: 'WW1106',
  title: 'the operator has an access provider file',
  level: 'error',
  needs: '--provider-file, or an object that reports the lack of it',
  judge({ installations, providerFile }) {
    const lacking = valueOf(installations)?.find(({ conditions }) =>
      conditions.some((condition) => reasonOfCondition(condition)?.name === 'AccessProviderNotConfigured'),
    );
    if (lacking !== undefined) return failed(`${typedName(lacking)} reports that the operator has none`);
    return providerFile.state === 'notAsked'
      ? skippedHere('--provider-file')
      : ok('an access provider file is given, and no object reports the lack of one');
  },
};
