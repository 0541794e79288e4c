import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import * as z from 'zod';
import { oldestMinor } from '../../src/cli/check/hub-checks/hub-version.ts';
import { oldestKeda } from '../../src/cli/check/scaling-checks/engine.ts';
import { resources } from '../../src/kube/index.ts';
import { kubernetesMinimums } from '../../src/knative/index.ts';
import { requiredVersion } from '../../test/bed/builds/required-version.ts';
import { code, table } from '../markdown.ts';
import type { Page } from './page.ts';

const root = new URL('../../', import.meta.url);

/** From here on image volumes are on by default. */
const imageVolumes = '1.35';

export async function versionsPage(): Promise<Page> {
  const kubernetes = plain(requiredVersion(await text('test/bed/go.mod'), 'k8s.io/kubernetes'));
  const keda = plain(requiredVersion(await text('test/bed/keda/go.mod'), 'github.com/kedacore/keda/v2'));
  const { kubeVersion } = z
    .object({ kubeVersion: z.string() })
    .parse(load(await text('charts/wheelwright/Chart.yaml')));
  const ofChart = /\d+\.\d+/.exec(kubeVersion)?.[0] ?? '';
  const profiles = resources.clusterProfiles;
  const node = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(await text('package.json')));
  return {
    file: 'versions.md',
    title: 'Versions',
    summary:
      'Which versions of Kubernetes, Knative, KEDA and the Cluster Inventory API work, and which are tested.',
    body: [
      '*Supported* means that a defect is mended. *Tested* is what every run of the tests uses.',
      '',
      table(
        ['what', 'supported', 'tested'],
        [
          [
            'Kubernetes of the hub',
            `${ofChart} or newer with the chart; 1.${oldestMinor} or newer without`,
            kubernetes,
          ],
          ['Kubernetes of a spoke', 'what the version of Knative wants, see below', kubernetes],
          ['Kubernetes of a member', `${ofChart} or newer`, kubernetes],
          ['Knative', '1.12 or newer', 'see below'],
          ['KEDA on the hub, where there is one', `${oldestKeda.major}.${oldestKeda.minor} or newer`, keda],
          [
            'Cluster Inventory API',
            code(`${profiles.group}/${profiles.version}`),
            code(`${profiles.group}/${profiles.version}`),
          ],
          ['Command line', 'at most one minor version from the operator', 'the same version'],
          ['Node.js, which image and executables bring along', '24', node.devDependencies.node],
        ],
      ),
      '',
      `Image volumes, which access plugins and the image with Knative's releases are mounted by, need Kubernetes ${imageVolumes}. Without them`,
      'releases are downloaded, and the two builtin access providers need no plugin.',
      '',
      'API servers of the tests are real: they are built from the source of Kubernetes, and run without kubelets. So the tests show that',
      'objects are taken, watched and kept true, and not that pods run.',
      '',
      '## Knative',
      '',
      'Knative moves by one minor version at a time. What was never installed may begin with any.',
      '',
      'Every run renders all releases of 1.12 to 1.15 with every field of the spec, and installs, upgrades and removes some of them on',
      'real API servers. Where newer releases lie beside the repository they are rendered and installed as well; the recorded objects of',
      'knative/operator that the rendering is compared with are those of 1.21 and 1.22.',
      '',
      'A spoke with an older Kubernetes than this gets the condition `DependenciesInstalled` with `False` and [WW3020](codes.md#ww3020) until',
      'everything has run there once. `--kubernetes-min-version` tells Knative to accept an older one.',
      '',
      table(
        ['Knative', 'Kubernetes'],
        kubernetesMinimums.map(([knative, minimum], index) => [
          rangeOf(knative, index),
          `${minimum} or newer`,
        ]),
      ),
    ].join('\n'),
  };
}

/** A row holds up to the next one. */
function rangeOf(knative: string, index: number): string {
  const next = kubernetesMinimums[index + 1]?.[0];
  if (next === undefined) return `${knative} and newer`;
  const last = Number(next.split('.')[1]) - 1;
  return knative === `1.${last}` ? knative : `${knative} to 1.${last}`;
}

function plain(version: string): string {
  return version.replace(/^v/, '');
}

function text(path: string): Promise<string> {
  return readFile(new URL(path, root), 'utf8');
}
