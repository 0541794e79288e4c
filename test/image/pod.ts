import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeObject } from '../../src/api/index.ts';
import type { Container, Pod } from '../chart/deployment.ts';
import type { Mount } from './sandbox.ts';

export interface PodRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

export interface PodSources {
  readonly namespace: string;
  /** Content of the ConfigMaps that are mounted, by name. */
  readonly configMap: (name: string) => Promise<Readonly<Record<string, string>>>;
  /** Directory with the files of an image that is mounted, by its reference. */
  readonly image: (reference: string) => string;
  /** For volumes. */
  readonly directory: string;
}

/** What the kubelet makes of a Deployment: the arguments, variables and mounts of its container. */
export async function podRun(deployment: KubeObject, sources: PodSources): Promise<PodRun> {
  const { template } = deployment['spec'] as { readonly template: Pod };
  const [container] = template.spec['containers'] as readonly [Container];
  const own: Readonly<Record<string, string>> = {
    'metadata.name': `${deployment.metadata.name}-0`,
    'metadata.namespace': sources.namespace,
  };
  const volumes = new Map(
    await Promise.all(
      template.spec.volumes.map(async (volume) => [volume.name, await sourceOf(volume, sources)] as const),
    ),
  );
  return {
    args: container.args,
    env: Object.fromEntries(
      (container.env as readonly Variable[]).map(({ name, value, valueFrom }) => [
        name,
        value ?? own[valueFrom?.fieldRef.fieldPath ?? ''] ?? '',
      ]),
    ),
    mounts: container.volumeMounts.map(({ name, mountPath: path, readOnly = false }) => {
      const source = volumes.get(name);
      if (source === undefined) throw new Error(`there is no volume ${name}`);
      return { path, source, writable: !readOnly };
    }),
  };
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
}

async function sourceOf(volume: Pod['spec']['volumes'][number], sources: PodSources): Promise<string> {
  const { emptyDir, configMap, image } = volume as {
    readonly emptyDir?: object;
    readonly configMap?: { readonly name: string };
    readonly image?: { readonly reference: string };
  };
  if (image !== undefined) return sources.image(image.reference);
  const directory = await mkdtemp(join(sources.directory, `${volume.name}-`));
  await chmod(directory, emptyDir === undefined ? 0o755 : 0o777);
  if (configMap !== undefined) await writeFiles(directory, await sources.configMap(configMap.name));
  else if (emptyDir === undefined) throw new Error(`the volume ${volume.name} is of another kind`);
  return directory;
}

/** What the kubelet mounts into every pod with an account. */
export async function accountMount(
  content: { readonly token: string; readonly 'ca.crt': string; readonly namespace: string },
  directory: string,
): Promise<Mount> {
  const source = join(directory, 'service-account');
  await mkdir(source);
  await writeFiles(source, content);
  return { path: '/var/run/secrets/kubernetes.io/serviceaccount', source };
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}
