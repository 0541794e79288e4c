import type { KnativeComponent } from './component.ts';
import type { StatusDraft } from './installation-status.ts';
import { nextVersion } from './versions/index.ts';

/** A version is in force, and with that another one is the next to choose, or none. */
export function reachVersion(
  status: StatusDraft,
  { kind }: Pick<KnativeComponent, 'kind'>,
  version: string,
): StatusDraft {
  const next = nextVersion({ kind, current: version, releases: status.availableVersions ?? [] });
  return withNextVersion({ ...status, version }, next);
}

export function withNextVersion(status: StatusDraft, next: string | undefined): StatusDraft {
  const { nextVersion: _before, ...others } = status;
  return next === undefined ? others : { ...others, nextVersion: next };
}
