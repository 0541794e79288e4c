import type { ClusterStatus } from './cluster-status.ts';
import { typedName } from './installation.ts';
import type { InstallationStatus } from './installation-status.ts';

/** Something that needs a person, or may. */
export interface Problem {
  /** `hub`, a cluster, or `serving/namespace/name`. */
  readonly subject: string;
  readonly level: 'error' | 'warning';
  readonly code: `WW${number}` | undefined;
  readonly message: string;
  /** RFC 3339. */
  readonly since: string | undefined;
  /** The one command that tells more, without the name of the program. */
  readonly command: string;
}

/** What is wrong with a cluster and what is on it: a cluster that cannot be reached is one problem, not one for each object. */
export function problemsOf(cluster: ClusterStatus): readonly Problem[] {
  const { name, level, code, message, since, serving, eventing } = cluster;
  const own: readonly Problem[] =
    message === undefined || (level !== 'error' && level !== 'warning')
      ? []
      : [{ subject: name, level, code, message, since, command: `check --on ${name}` }];
  const others = [...serving, ...eventing].filter(
    (installation) => own.length === 0 || installation.code !== code,
  );
  return [...own, ...others.flatMap(installationProblem)];
}

function installationProblem(installation: InstallationStatus): readonly Problem[] {
  const { level, code, reason, message, since, state } = installation;
  if (level !== 'error' && level !== 'warning') return [];
  const subject = typedName(installation);
  const text = message ?? reason ?? `it is ${state}`;
  return [{ subject, level, code, message: text, since, command: `status ${subject}` }];
}
