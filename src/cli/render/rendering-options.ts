import { Option } from 'commander';
import type { SpokeNamespaceRule } from '../../knative/index.ts';
import { choice } from '../command-line/choice.ts';

/** What files are read from, and what they are read with. */
export interface FileFlags {
  /** Paths; `-` is standard input. */
  readonly filename?: readonly string[];
  readonly namespace?: string;
}

/** Where releases come from: the operator's flags of these names. */
export interface ManifestFlags {
  /** Takes the place of spec.version. */
  readonly version?: string;
  readonly manifestsDir?: string;
  readonly cacheDir?: string;
  readonly downloadManifests?: boolean;
}

/** What else the operator may have been told that changes what it applies. */
export interface RenderingFlags extends FileFlags, ManifestFlags {
  readonly spokeNamespace: SpokeNamespaceRule;
  readonly kubernetesMinVersion?: string;
}

export function fileOption(): Option {
  const option = new Option(
    '-f, --filename <file>',
    'file or directory with KnativeServing and KnativeEventing objects, or - for standard input; may be repeated',
  );
  return option.argParser((file: string, before: readonly string[] | undefined) => [...(before ?? []), file]);
}

export function versionOption(): Option {
  return new Option(
    '--version <version>',
    'in place of spec.version: 1.22.1, 1.22 for its newest patch, or latest',
  );
}

export function namespaceOption(): Option {
  return new Option('-n, --namespace <name>', 'namespace of objects that name none');
}

export function manifestOptions(): readonly Option[] {
  const options = [
    new Option(
      '--manifests-dir <dir>',
      'Knative releases, laid out like the data directory of knative/operator (env KO_DATA_PATH)',
    ),
    new Option('--cache-dir <dir>', 'where the operator keeps downloaded releases'),
    new Option(
      '--download-manifests',
      'download what is not at hand, and keep it; without this nothing is downloaded',
    ),
  ];
  return options.map((option) => option.helpGroup('Releases:'));
}

export function operatorOptions(): readonly Option[] {
  const options = [
    choice('--spoke-namespace <rule>', 'as the operator has it', ['same', 'canonical']).default('same'),
    new Option('--kubernetes-min-version <version>', 'as the operator has it (env KUBERNETES_MIN_VERSION)'),
  ];
  return options.map((option) => option.helpGroup('Operator:'));
}
