import { type Conditions, findCondition } from './conditions.ts';

export type ArgoCdHealth = 'Healthy' | 'Progressing' | 'Degraded';

const mustBeTrue = ['Ready', 'InstallSucceeded', 'DependenciesInstalled', 'DeploymentsAvailable'];

/**
 * What Argo CD shows for a KnativeServing or KnativeEventing with these conditions: its built-in health check for
 * operator.knative.dev. Any condition that is Unknown, whatever its type, means progressing for as long as it stays, and so
 * do Deployments that are not available.
 */
export function argoCdHealth(conditions: Conditions): ArgoCdHealth {
  if (conditions.length === 0 || conditions.some(({ status }) => status === 'Unknown')) return 'Progressing';
  if (findCondition(conditions, 'DeploymentsAvailable')?.status === 'False') return 'Progressing';
  const healthy = mustBeTrue.every((type) => findCondition(conditions, type)?.status === 'True');
  return healthy ? 'Healthy' : 'Degraded';
}
