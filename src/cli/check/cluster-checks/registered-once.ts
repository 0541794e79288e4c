import { type ClusterCheck, failed, ok, skipped } from '../check.ts';

export const registeredOnce: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2012',
  title: 'no other ClusterProfile leads to the same cluster',
  level: 'warning',
  needs: 'a ClusterProfile',
  about: {
    meaning: 'Two ClusterProfiles have one address and one authority: they lead to the same cluster.',
    fix: 'Remove one of them, once nothing refers to it.',
  },
  judge: ({ profile, alike }) => {
    if (profile === undefined) return skipped('a ClusterProfile');
    return alike.length === 0
      ? ok('no other ClusterProfile has its address')
      : failed(`${alike.join(', ')} ${alike.length === 1 ? 'has' : 'have'} the same address and authority`);
  },
};
