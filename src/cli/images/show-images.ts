import type { KubeObject } from '../../api/index.ts';
import {
  type Component,
  componentDirectories,
  loadWholeRelease,
  targetVersion,
} from '../../knative/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import { eachInstallation } from '../render/each-installation.ts';
import { titleOf } from '../render/given-installation.ts';
import { releaseError } from '../render/release-error.ts';
import { renderInstallation, type RenderOptions } from '../render/render-installation.ts';
import { sayFindings } from '../render/say-findings.ts';
import { renderOptions, type RenderServices, renderServices } from '../render/show-rendering.ts';
import { document } from '../terminal/document.ts';
import type { ImagesFlags } from './images-flags.ts';
import { imagesOf } from './images-of.ts';

/** Objects that name images, and what they are of: `serving 1.22.1`, `KnativeServing knative-serving/knative 1.22.1`. */
interface Listed {
  readonly title: string;
  readonly objects: readonly KubeObject[];
}

/** Prints the images of the files, or of a version with everything that belongs to it. Throws CliError. */
export async function showImages(
  call: Call<ImagesFlags>,
  services: RenderServices = renderServices,
): Promise<ExitName> {
  const { flags, terminal } = call;
  if (flags.filename !== undefined && flags.kind !== undefined)
    throw usageError('--kind goes without --filename: the file says which kind.');
  const options = renderOptions(call, services);
  const { results, failure } =
    flags.filename === undefined ? await ofReleases(call, options) : await ofFiles(call, options);
  if (failure !== undefined) return failure;
  const images = imagesOf(results.flatMap(({ objects }) => objects));
  if (flags.output === 'json') {
    const sources = results.map(({ title }) => title);
    terminal.out.write(await document('json', 'ImageList', { of: sources, images }));
  } else for (const { image } of images) terminal.out.line(image);
  return 'done';
}

interface Found {
  readonly results: readonly Listed[];
  readonly failure: ExitName | undefined;
}

function ofFiles(call: Call<ImagesFlags>, options: RenderOptions): Promise<Found> {
  return eachInstallation(call, { all: call.flags.namespace }, async (given): Promise<Listed> => {
    const rendered = await renderInstallation(given, {}, options);
    sayFindings(call.terminal.err, rendered, rendered.findings);
    return { title: `${titleOf(rendered)} ${rendered.version}`, objects: rendered.objects };
  });
}

async function ofReleases(
  { flags, terminal: { err } }: Call<ImagesFlags>,
  { manifests, signal }: RenderOptions,
): Promise<Found> {
  const components: readonly Component[] = flags.kind === undefined ? ['serving', 'eventing'] : [flags.kind];
  const results: Listed[] = [];
  for (const component of components) {
    const directory = componentDirectories[component];
    let releases = await manifests.versions(directory);
    try {
      const wanted = { wanted: flags.version, ownManifests: false };
      ({ releases } = await manifests.releasesFor({ directory, ...wanted }, signal));
      const version = targetVersion({ ...wanted, releases });
      const { manifest, missing } = await loadWholeRelease({ component, version }, manifests, signal);
      if (missing.length > 0) err.line(`Left out, because not at hand: ${missing.join(', ')}.`);
      results.push({ title: `${component} ${version}`, objects: manifest });
    } catch (error) {
      throw releaseError(error, { what: `list the images of Knative ${component}`, releases });
    }
  }
  return { results, failure: undefined };
}
