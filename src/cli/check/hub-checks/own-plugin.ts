import { failed, type HubCheck, ok } from '../check.ts';

export const ownPlugin: HubCheck = {
  scope: 'hub',
  code: 'WW1006',
  title: 'kubectl mc and kubectl wheelwright are this program, where they are in PATH',
  level: 'info',
  needs: 'nothing',
  about: {
    meaning: 'Another program comes first in PATH under a name of this one, so that kubectl calls that.',
    fix: 'Put the directory of this program before the other one in PATH, or call it by its own name.',
  },
  judge: ({ otherPlugins }) =>
    otherPlugins.length === 0
      ? ok('no other program has its names')
      : failed(`${otherPlugins.join(' and ')} ${otherPlugins.length === 1 ? 'is' : 'are'} another program`),
};
