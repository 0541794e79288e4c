import type { FleetStatus } from '../status/fleet-status.ts';
import type { Place } from './place.ts';

/** The page of what a problem is about, as problems name it; undefined where there is none. */
export function subjectPlace(
  subject: string,
  { clusters, members }: Pick<FleetStatus, 'clusters' | 'members'>,
): Place | undefined {
  const [type = '', namespace = '', name] = subject.split('/');
  if (name !== undefined && (type === 'serving' || type === 'eventing' || type === 'dso'))
    return { view: type, namespace, name };
  const member = members.find((one) => `member/${one.name}` === subject);
  if (member !== undefined)
    return { view: 'member', namespace: member.configuration.namespace, name: member.name };
  return clusters.some((cluster) => cluster.name === subject)
    ? { view: 'cluster', name: subject }
    : undefined;
}
