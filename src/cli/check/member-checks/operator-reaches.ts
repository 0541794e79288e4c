import { failed, type MemberCheck, ok, skipped } from '../check.ts';

export const operatorReaches: MemberCheck = {
  scope: 'member',
  code: 'WW2020',
  title: 'the operator reaches it, as it tells itself',
  level: 'error',
  needs: 'a KedifyConfiguration that tells of it',
  about: {
    meaning: 'The operator does not reach the member, from where it runs and with what it has of it.',
    fix: 'Do as the message says; where other checks of the member are fine, look at the way from the operator to it.',
  },
  judge({ told }) {
    const info = told?.info?.replace(/\.$/, '');
    switch (told?.state) {
      case 'Ready':
        return ok(info === undefined ? 'the operator tells: Ready' : `the operator tells: Ready, ${info}`);
      case 'NotReady':
        return failed('the operator does not reach it', { cause: info });
      default:
        return skipped('a KedifyConfiguration that tells of it');
    }
  },
};
