import { type Fetch, Renderer } from '../../knative/index.ts';
import { type Clock, systemClock } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { eachInstallation } from './each-installation.ts';
import { openManifests } from './open-manifests.ts';
import { formatObjects } from './print-objects.ts';
import type { RenderFlags } from './render-flags.ts';
import { renderInstallation, type RenderOptions } from './render-installation.ts';
import type { RenderingFlags } from './rendering-options.ts';
import { sayFindings } from './say-findings.ts';

export interface RenderServices {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export const renderServices: RenderServices = { fetch, clock: systemClock };

/** Prints everything that would be applied for the objects of the files, or nothing where one cannot be rendered. Throws CliError. */
export async function showRendering(
  call: Call<RenderFlags>,
  services: RenderServices = renderServices,
): Promise<ExitName> {
  const { flags, terminal } = call;
  const options = renderOptions(call, services);
  const { results, failure } = await eachInstallation(call, { all: flags.namespace }, async (given) => {
    const rendered = await renderInstallation(given, {}, options);
    sayFindings(terminal.err, rendered, rendered.findings);
    return rendered;
  });
  if (failure !== undefined) return failure;
  terminal.out.write(await formatObjects(flags.output, results));
  return 'done';
}

/** What is the same for every object of one call. */
export function renderOptions(
  { flags, host }: Pick<Call<RenderingFlags>, 'flags' | 'host'>,
  services: RenderServices,
): RenderOptions {
  const signal = host.interruption();
  const manifests = openManifests({ ...services, flags, host, signal });
  const kubernetesMinVersion = flags.kubernetesMinVersion ?? host.env['KUBERNETES_MIN_VERSION'];
  return {
    manifests,
    renderer: new Renderer({
      manifests,
      kubernetesMinVersion: kubernetesMinVersion === '' ? undefined : kubernetesMinVersion,
    }),
    version: flags.version,
    spokeNamespace: flags.spokeNamespace,
    signal,
  };
}
