import { createKubeClient, type KubeClient, type KubeClientOptions } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { AccessFlags } from '../hub/access-options.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import { type Hub, openHub, type OpenHub } from '../hub/open-hub.ts';
import { spokeAccess } from '../hub/spoke-access.ts';
import { asInputError } from '../render/each-installation.ts';
import type { RenderingFlags } from '../render/rendering-options.ts';
import { renderOptions, type RenderServices, renderServices } from '../render/show-rendering.ts';
import type { CompareOptions } from './compare-installation.ts';
import { TargetClusters } from './target-clusters.ts';

export interface DiffServices extends RenderServices {
  readonly open: OpenHub;
  readonly connect: (options: KubeClientOptions) => KubeClient;
}

export const diffServices: DiffServices = { ...renderServices, open: openHub, connect: createKubeClient };

export interface TargetFlags extends RenderingFlags, HubFlags, AccessFlags {
  readonly providerFile?: string;
}

/** What comparing takes, beside the object and who is told. */
export interface Comparing extends Pick<CompareOptions, 'targets' | 'rendering'> {
  readonly hub: Hub;
  readonly onHub: CompareOptions['hub'];
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
  { flags, host }: Call<TargetFlags>,
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
    return await work({ hub, targets, rendering, onHub: await targets.hub() });
  } finally {
    await targets.close();
    await hub.close();
  }
}
