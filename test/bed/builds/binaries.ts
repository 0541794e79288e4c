import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goBinaries, type BuildOptions, type GoBuild } from './go-build.ts';
import { requiredVersion } from './required-version.ts';

/** Holds the go.mod of control plane, kubectl and helm. */
export const bedModule = join(import.meta.dirname, '..');
/** Holds the go.mod of the upstream access-provider plugins, whose dependencies are older. */
export const pluginsModule = join(bedModule, 'plugins');
/** Holds the go.mod of KEDA, which wants other versions of nearly everything. */
export const kedaModule = join(bedModule, 'keda');
/** Holds the go.mod of Prometheus, for the same reason. */
const prometheusModule = join(bedModule, 'prometheus');

const controlPlanePackages = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
} as const;

const upstreamPlugins = 'sigs.k8s.io/cluster-inventory-api/plugins';

const kedaPackages = {
  'keda-operator': 'github.com/kedacore/keda/v2/cmd/operator',
  'keda-adapter': 'github.com/kedacore/keda/v2/cmd/adapter',
} as const;

const prometheusPackages = {
  prometheus: 'github.com/prometheus/prometheus/cmd/prometheus',
  promtool: 'github.com/prometheus/prometheus/cmd/promtool',
} as const;

/** The last two are the credential plugins that the ClusterProfile project itself publishes. */
export type BinaryName =
  | keyof typeof controlPlanePackages
  | keyof typeof kedaPackages
  | keyof typeof prometheusPackages
  | 'helm'
  | 'secretreader'
  | 'kubeconfig-secretreader';

/** Path of an executable; builds it, with those that are built in one go with it, when needed. */
export async function binary(name: BinaryName, options: BuildOptions = {}): Promise<string> {
  return join(await goBinaries(buildOf(name), options), name);
}

function buildOf(name: BinaryName): GoBuild {
  switch (name) {
    case 'helm':
      return { directory: bedModule, packages: { helm: 'helm.sh/helm/v4/cmd/helm' } };
    // Both main packages are called "plugin", so that one go build cannot make both.
    case 'secretreader':
    case 'kubeconfig-secretreader':
      return { directory: pluginsModule, packages: { [name]: `${upstreamPlugins}/${name}/cmd/plugin` } };
    case 'keda-operator':
    case 'keda-adapter':
      return kedaBuild();
    // Service discoveries of clouds are two thirds of it.
    case 'prometheus':
    case 'promtool':
      return { directory: prometheusModule, packages: prometheusPackages, tags: ['remove_all_sd'] };
    default:
      return controlPlaneBuild();
  }
}

function kedaBuild(): GoBuild {
  const version = requiredVersion(
    readFileSync(join(kedaModule, 'go.mod'), 'utf8'),
    'github.com/kedacore/keda/v2',
  );
  const ldflags = ['-X', `github.com/kedacore/keda/v2/version.Version=${version}`];
  return { directory: kedaModule, packages: kedaPackages, ldflags };
}

/** Kubernetes takes its version from the linker; without it, it says v0.0.0, which no client believes to be recent enough. */
function controlPlaneBuild(): GoBuild {
  const version = requiredVersion(readFileSync(join(bedModule, 'go.mod'), 'utf8'), 'k8s.io/kubernetes');
  const [major = '', minor = ''] = version.slice(1).split('.');
  const settings = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const ldflags = Object.entries(settings).flatMap(([name, value]) => [
    '-X',
    `k8s.io/component-base/version.${name}=${value}`,
  ]);
  return { directory: bedModule, packages: controlPlanePackages, ldflags };
}
