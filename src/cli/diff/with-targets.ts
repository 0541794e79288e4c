import { createKubeClient, type KubeClient, type KubeClientOptions } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import { type Hub, openHub, type OpenHub } from '../hub/open-hub.ts';
import { spokeAccess } from '../hub/spoke-access.ts';
import { asInputError } from '../render/each-installation.ts';
import type { GivenInstallation } from '../render/given-installation.ts';
import { renderOptions, type RenderServices, renderServices } from '../render/show-rendering.ts';
import type { ComparedInstallation } from './compare-installation.ts';
import { compareWatched } from './compare-watched.ts';
import { type ObjectDiff, objectDiff } from './object-diff.ts';
import { TargetClusters } from './target-clusters.ts';
import type { TargetFlags } from './target-options.ts';

export interface DiffServices extends RenderServices {
  readonly open: OpenHub;
  readonly connect: (options: KubeClientOptions) => KubeClient;
}

export const diffServices: DiffServices = { ...renderServices, open: openHub, connect: createKubeClient };

/** What commands compare with. */
export interface Comparing {
  readonly hub: Hub;
  /** See `compareWatched`. `version` takes the place of spec.version; default: what the flags say. */
  readonly compare: (given: GivenInstallation, version?: string) => Promise<Differing>;
}

export interface Differing {
  readonly compared: ComparedInstallation;
  readonly differences: readonly ObjectDiff[];
}

/** Opens the hub for some work, and the clusters as it asks for them. Throws CliError, and the reason of the signal. */
export async function withTargets<T>(
  call: Call<TargetFlags>,
  services: DiffServices,
  work: (comparing: Comparing) => Promise<T>,
): Promise<T> {
  try {
    return await openTargets(call, services, work);
  } catch (error) {
    call.host.interruption().throwIfAborted();
    throw asInputError(error, call.host.program);
  }
}

async function openTargets<T>(
  { flags, host, terminal }: Call<TargetFlags>,
  services: DiffServices,
  work: (comparing: Comparing) => Promise<T>,
): Promise<T> {
  const { clock } = services;
  const signal = host.interruption();
  const rendering = renderOptions({ flags, host }, services);
  const access = spokeAccess(flags);
  const hub = await services.open(flags, host, { clock, plugins: access });
  const { providerFile } = flags;
  const targets = new TargetClusters({ ...services, hub, providerFile, access, env: host.env, signal });
  try {
    const options = { hub: await targets.hub(), targets, terminal, clock };
    return await work({
      hub,
      compare: async (given, version = rendering.version) => {
        const compared = await compareWatched(given, { ...options, rendering: { ...rendering, version } });
        return { compared, differences: compared.previewed.flatMap((one) => objectDiff(one) ?? []) };
      },
    });
  } finally {
    await targets.close();
    await hub.close();
  }
}
