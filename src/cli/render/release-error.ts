import { type ReasonName, reasons } from '../../api/index.ts';
import { ManifestError, numberedReleases } from '../../knative/index.ts';
import { usageError } from '../failure/cli-error.ts';

/** What manifests were wanted for: `render KnativeServing a/b of 'cr.yaml'`. */
export interface ReleaseUse {
  readonly what: string;
  /** Where the spec is that may be wrong. */
  readonly source?: string | undefined;
  /** Versions at hand. */
  readonly releases: readonly string[];
}

/** A ManifestError as a person is told; any other error as it is. */
export function releaseError(error: unknown, { what, source, releases }: ReleaseUse): unknown {
  if (!(error instanceof ManifestError)) return error;
  const fixes: Readonly<Record<ManifestError['reason'], string>> = {
    VersionUnavailable: whatIsThere(releases),
    SpecInvalid: source === undefined ? 'correct --version' : `correct it in ${source}`,
    InstallFailed: 'mend the manifests that the message names, or name others',
  };
  return cannot(what, error.message, { reason: error.reason, fix: fixes[error.reason] });
}

export function cannot(
  what: string,
  why: string,
  { reason, fix }: { readonly reason: ReasonName; readonly fix: string },
): Error {
  return usageError(`Cannot ${what}: ${why}.`, { code: reasons[reason].code, fix });
}

const mostReleases = 5;

function whatIsThere(releases: readonly string[]): string {
  const elsewhere =
    'name another directory with --manifests-dir, or allow downloads with --download-manifests';
  const numbered = numberedReleases(releases);
  if (numbered.length === 0) return elsewhere;
  const more = numbered.length > mostReleases ? ` and ${numbered.length - mostReleases} more` : '';
  return `choose one of ${numbered.slice(0, mostReleases).join(', ')}${more}, or ${elsewhere}`;
}
