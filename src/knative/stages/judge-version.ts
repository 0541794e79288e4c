import { done } from '../../controller/index.ts';
import { failed, succeed } from '../installation-status.ts';
import { componentDirectories } from '../manifests/index.ts';
import { withNextVersion } from '../reach-version.ts';
import { goOn, type Pass, rest, type StageResult } from '../pass.ts';
import {
  judgeMigration,
  nextVersion,
  numberedReleases,
  targetVersion,
  versionPath,
} from '../versions/index.ts';

/** Which version is wanted, and whether the installed one may become it. An installation that may not is left alone. */
export async function judgeVersion(pass: Pass): Promise<StageResult> {
  const { component, installation, services } = pass;
  const { spec } = installation;
  const now = services.clock.now();
  const releases = await services.manifests.versions(componentDirectories[component.component]);
  const version = targetVersion({
    wanted: spec.version,
    ownManifests: (spec.manifests ?? []).length > 0,
    releases,
  });
  const current = installation.status?.version;
  const judged = judgeMigration({ kind: component.kind, current, target: version });
  const way = { kind: component.kind, current, releases };
  const next = nextVersion(judged.eligible ? way : { ...way, goal: version });
  const known = withNextVersion({ ...pass.status, availableVersions: numberedReleases(releases) }, next);
  if (judged.eligible)
    return goOn({ ...pass, version, status: succeed(known, 'VersionMigrationEligible', now) });
  const path = versionPath({ ...way, goal: version });
  const advice = path.length > 1 ? ` Next: ${path[0]}; path ${path.join(' → ')}.` : '';
  const message = `Version migration is not eligible with message: ${judged.message}.${advice}`;
  const refused = failed(
    known,
    'VersionMigrationEligible',
    { reason: 'Error', because: 'VersionIneligible', message },
    now,
  );
  return rest({ ...pass, version, status: refused }, done);
}
