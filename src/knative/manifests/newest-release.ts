import { DeadlineExceeded, withDeadline } from '../../kube/index.ts';
import { documentExists, DocumentNotFound, type FetchOptions, finalAddress } from './fetch-document.ts';
import { ManifestError } from './manifest-error.ts';
import { addressOf, type ReleaseFiles, repositoryAddress } from './release-assets.ts';

export interface ReleasePage extends FetchOptions {
  /** Default `https://github.com`. */
  readonly server?: string | undefined;
}

/** No minor version had half as many patches. */
const mostPatches = 30;
/** More minor versions than there are between the one that a page calls the latest and the newest. */
const mostMinors = 10;
/** For all that has to be asked together. */
const timeoutMs = 20_000;

/**
 * The newest release on a release page, as `1.22.1`: of a minor version such as `1.22`, or of all. Undefined where
 * there is none. It asks for addresses that every release has and not for the list of releases, which a server gives
 * to strangers a few times an hour. Throws a ManifestError.
 */
export async function newestRelease(
  files: ReleaseFiles,
  minor: string | undefined,
  page: ReleasePage,
  caller: AbortSignal,
): Promise<string | undefined> {
  try {
    return await withDeadline(timeoutMs, caller, async (signal) => {
      const isPublished = (version: string): Promise<boolean> =>
        documentExists(addressOf(files, `knative-v${version}`, files.files[0] ?? '', page), page, signal);
      if (minor !== undefined) return await newestPatch(minor, 0, isPublished);
      const latest = await latestRelease(files, page, signal);
      return latest === undefined ? undefined : await newestFrom(latest, isPublished);
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    const what = minor === undefined ? 'the newest release' : `the newest release of ${minor}`;
    throw new ManifestError(`cannot find out ${what} of ${files.repository}: ${error.message}`, {
      cause: error,
      transient: true,
    });
  }
}

type IsPublished = (version: string) => Promise<boolean>;

/** Patches are numbered without gaps. */
async function newestPatch(
  minor: string,
  from: number,
  isPublished: IsPublished,
): Promise<string | undefined> {
  let newest: string | undefined;
  for (let patch = from; patch < mostPatches; patch += 1) {
    const version = `${minor}.${patch}`;
    if (!(await isPublished(version))) return newest;
    newest = version;
  }
  throw new ManifestError(
    `cannot find out the newest release of ${minor}: the server seems to have every file that it is asked for`,
    { transient: true },
  );
}

/** What a page calls the latest release is the youngest one, which may be a patch of an older minor version. */
async function newestFrom(latest: string, isPublished: IsPublished): Promise<string> {
  const [major = 0, first = 0, patch = 0] = latest.split('.').map(Number);
  let minor = first;
  while (minor < first + mostMinors && (await isPublished(`${major}.${minor + 1}.0`))) minor += 1;
  const known = minor === first ? patch : 0;
  const newest = await newestPatch(`${major}.${minor}`, known + 1, isPublished);
  return newest ?? `${major}.${minor}.${known}`;
}

/** Where the page's own link to its latest release leads. */
async function latestRelease(
  files: ReleaseFiles,
  page: ReleasePage,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const address = await finalAddress(`${repositoryAddress(files, page)}/releases/latest`, page, signal);
    return /\/releases\/tag\/knative-v([0-9]+\.[0-9]+\.[0-9]+)$/.exec(address)?.[1];
  } catch (error) {
    if (error instanceof DocumentNotFound) return undefined;
    throw error;
  }
}
