import type { ReasonName } from '../../api/index.ts';
import { componentDirectories, noTargetVersion } from '../manifests/index.ts';
import { notEligible, succeed } from '../installation-status.ts';
import { withNextVersion } from '../reach-version.ts';
import { goOn, type Pass, type StageResult } from '../pass.ts';
import {
  judgeMigration,
  nextVersion,
  numberedReleases,
  targetVersion,
  versionPath,
} from '../versions/index.ts';

/**
 * Which version is wanted, and whether the installed one may become it. An installation that may not is frozen.
 * Throws a ManifestError where nobody can say which version is wanted.
 */
export async function judgeVersion(pass: Pass): Promise<StageResult> {
  const { component, installation, services, signal } = pass;
  const { spec, status } = installation;
  const now = services.clock.now();
  const ownManifests = (spec.manifests ?? []).length > 0;
  const directory = componentDirectories[component.component];
  const { releases, lookAgainMs } = await services.manifests.releasesFor(
    { directory, wanted: spec.version, ownManifests, current: status?.version },
    signal,
  );
  const version = targetVersion({ wanted: spec.version, ownManifests, releases });
  const judged = judge(pass, version, releases);
  const known = withNextVersion(
    { ...pass.status, availableVersions: numberedReleases(releases) },
    judged.next,
  );
  const found = { ...pass, version, lookAgainMs };
  return goOn(
    'refusal' in judged
      ? { ...found, status: notEligible(known, judged.refusal, now), frozen: judged.refusal }
      : { ...found, status: succeed(known, 'VersionMigrationEligible', now) },
  );
}

type Judgement = { readonly next: string | undefined } & (
  | { readonly refusal: { readonly because: ReasonName; readonly message: string } }
  | { readonly eligible: true }
);

function judge(
  { component: { kind }, installation }: Pass,
  version: string,
  releases: readonly string[],
): Judgement {
  const current = installation.status?.version;
  const way = { kind, current, releases };
  if (version === '') {
    const { reason, message } = noTargetVersion({
      ownManifests: (installation.spec.manifests ?? []).length > 0,
    });
    return { next: nextVersion(way), refusal: { because: reason, message } };
  }
  const judged = judgeMigration({ kind, current, target: version });
  if (judged.eligible) return { next: nextVersion(way), eligible: true };
  const path = versionPath({ ...way, goal: version });
  const advice = path.length > 1 ? ` Next: ${path[0]}; path ${path.join(' → ')}.` : '';
  return {
    next: path[0],
    refusal: { because: 'VersionIneligible', message: `${judged.message}.${advice}` },
  };
}
