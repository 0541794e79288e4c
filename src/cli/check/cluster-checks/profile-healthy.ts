import { profileReadiness } from '../../../clusters/index.ts';
import { ageOf } from '../../terminal/human-duration.ts';
import { type ClusterCheck, failed, ok, skipped } from '../check.ts';

export const profileHealthy: ClusterCheck = {
  scope: 'cluster',
  code: 'WW2002',
  title: 'its cluster manager reports it healthy',
  level: 'error',
  needs: 'a ClusterProfile',
  judge({ profile, now }) {
    if (profile === undefined || 'problem' in profile) return skipped('a ClusterProfile');
    const readiness = profileReadiness(profile.profile);
    if (!readiness.ready) return failed(readiness.message);
    const since = profile.profile.conditions.get('ControlPlaneHealthy')?.lastTransitionTime;
    return ok(`ControlPlaneHealthy is True${since === undefined ? '' : ` for ${ageOf(since, now)}`}`);
  },
};
