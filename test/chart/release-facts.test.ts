import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { servedKinds } from '../../src/api/crd/index.ts';
import type { KubeObject } from '../../src/api/index.ts';
import { eventing, serving } from '../../src/knative/index.ts';
import { chartDirectory, notes, only, render } from './helm.ts';

interface Chart {
  readonly version: string;
  readonly appVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
}

let chart: Chart;

beforeAll(async () => {
  chart = load(await readFile(join(chartDirectory, 'Chart.yaml'), 'utf8')) as Chart;
});

/** What one annotation for Artifact Hub says. */
function said<T>(name: string): T {
  return load(chart.annotations[`artifacthub.io/${name}`] ?? '') as T;
}

describe('Artifact Hub is told', () => {
  it('which kinds there are, as they are defined', () => {
    const kinds =
      said<readonly { readonly name: string; readonly kind: string; readonly version: string }[]>('crds');
    expect(kinds.map(({ name, kind, version }) => `${name} ${kind} ${version}`).toSorted()).toEqual(
      servedKinds
        .map(({ group, plural, kind, version }) => `${plural}.${group} ${kind} ${version}`)
        .toSorted(),
    );
  });

  it('examples that the operator takes', () => {
    const examples = said<readonly KubeObject[]>('crdsExamples');
    const installations = [serving, eventing].map((component) => {
      const example = examples.find(({ kind }) => kind === component.kind);
      return example && component.parse(example).ok;
    });
    expect(installations).toEqual([true, true]);
    expect(examples.map(({ kind }) => kind)).toContain('DistributedScaledObject');
  });

  it('the image of this version, and words that it knows', () => {
    const [image] = said<readonly { readonly image: string }[]>('images');
    expect(image?.image).toBe(`ghcr.io/wheelwright/wheelwright:${chart.appVersion}`);
    expect(chart.annotations).toMatchObject({
      'artifacthub.io/category': 'integration-delivery',
      'artifacthub.io/license': 'Apache-2.0',
      'artifacthub.io/operator': 'true',
      'artifacthub.io/operatorCapabilities': 'Full Lifecycle',
    });
    const words = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'];
    for (const { kind } of said<readonly { readonly kind: string }[]>('changes'))
      expect(words).toContain(kind);
    const links = said<readonly { readonly name: string }[]>('links');
    expect(links.map(({ name }) => name)).toContain('support');
  });
});

describe('helm test', () => {
  it('looks as somebody who may only read, and leaves nothing behind', async () => {
    const objects = await render({ image: { digest: `sha256:${'a'.repeat(64)}` } }, { tests: true });
    const hooks = objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'test');
    expect(hooks.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Pod']),
    );
    for (const { metadata } of hooks) {
      expect(metadata.annotations?.['helm.sh/hook-delete-policy']).toBe(
        'before-hook-creation,hook-succeeded',
      );
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'ww-wheelwright-check',
        'app.kubernetes.io/instance': 'ww',
      });
    }
    const rules = only(hooks, 'ClusterRole')['rules'] as readonly { readonly verbs: readonly string[] }[];
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
    const pod = only(objects, 'Pod')['spec'] as Readonly<Record<string, unknown>>;
    expect(pod).toMatchObject({
      restartPolicy: 'Never',
      serviceAccountName: 'ww-wheelwright-check',
      securityContext: { runAsNonRoot: true },
      containers: [
        {
          image: `ghcr.io/wheelwright/wheelwright@sha256:${'a'.repeat(64)}`,
          args: ['check', '--namespace=fleet', '--only=WW10xx,WW11xx', '--skip=WW1104,WW1106,WW1107'],
          securityContext: { readOnlyRootFilesystem: true },
        },
      ],
    });
  });
});

describe('what is told after an installation', () => {
  it('is the next step', async () => {
    const text = await notes({});
    expect(text).toContain('kubectl wheelwright check');
    expect(text).toContain('helm test ww --namespace fleet');
    expect(text).not.toContain('members add');
    expect(text).not.toContain('providers.json');
    expect(await notes({ scaling: { distributedScaledObjects: true } })).toContain('members add eu-1');
  });

  it('leads to other clusters, and looks at them, where they are known by ClusterProfiles', async () => {
    const text = await notes({ multicluster: { enabled: true } });
    expect(text).toContain(
      String.raw`kubectl --namespace fleet get configmap ww-wheelwright-access-providers -o jsonpath='{.data.config\.json}' > providers.json`,
    );
    expect(text).toContain('kubectl wheelwright check --provider-file=providers.json');
    const steps = [...text.matchAll(/blob\/main\/(docs\/\S+)#(\S+)/g)];
    expect(steps.map(([, page, heading]) => `${page} ${heading}`)).toEqual([
      'docs/install.md a-cluster',
      'docs/install.md knative',
    ]);
  });

  it('is no more than fits on a screen, whatever there is to tell', async () => {
    const text = await notes({
      knative: { onHub: false },
      crds: { keep: false },
      scaling: { distributedScaledObjects: true, distributedScaledJobs: true },
      knative_operator: {
        knative_operator: { image: 'mirror/operator' },
        operator_webhook: { image: 'mirror/webhook' },
      },
      agent: { orgId: 'a', features: { podResourceProfilesEnabled: true } },
      keda: { enabled: true },
    });
    expect(text.split('\n').length).toBeLessThanOrEqual(25);
    for (const told of [
      'nowhere',
      'crds.keep is false',
      'operator_webhook is not used',
      'Not used: keda, agent.orgId',
      'later release',
    ])
      expect(text).toContain(told);
  });
});
