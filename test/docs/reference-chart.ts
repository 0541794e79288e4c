import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { knativeOperatorChart } from '../bed/index.ts';

const definitions = new URL('../../crds/', import.meta.url);

/**
 * The chart of knative/operator 1.15, the one that its Go module brings, as its release script completes it, and with the
 * two things that later ones have: `spec.clusterProfileRef`, and the ConfigMap with the access provider file.
 */
export async function writeReferenceChart(directory: string): Promise<string> {
  const source = await knativeOperatorChart();
  const read = (file: string): Promise<string> => readFile(join(source, file), 'utf8');
  const filled = (text: string): string =>
    text.replace('{{ version }}', '1.15.0').replaceAll('{{ tag }}', 'v1.15.0');
  await mkdir(join(directory, 'templates'), { recursive: true });
  await writeFile(join(directory, 'Chart.yaml'), filled(await read('Chart.yaml')));
  await writeFile(join(directory, 'values.yaml'), filled(await read('values.yaml')));
  const objects = (await read('templates/operator.yaml')).split(/^---$/m);
  const completed = await Promise.all(objects.map(withClusters));
  await writeFile(join(directory, 'templates', 'operator.yaml'), completed.join('\n---\n'));
  await writeFile(join(directory, 'templates', 'access-providers.yaml'), accessProviders);
  return directory;
}

/** Ours is a superset of later ones; it is converted by their webhook. */
async function withClusters(text: string): Promise<string> {
  const name = /^kind: CustomResourceDefinition\nmetadata:\n {2}name: (\w+)\./m.exec(text)?.[1];
  if (name === undefined) return text;
  const file = new URL(`operator.knative.dev_${name}.yaml`, definitions);
  const definition = load(await readFile(file, 'utf8')) as { readonly spec: object };
  const service = { name: 'operator-webhook', namespace: '{{ .Release.Namespace }}' };
  const webhook = { conversionReviewVersions: ['v1beta1'], clientConfig: { service } };
  const conversion = { strategy: 'Webhook', webhook };
  return JSON.stringify({ ...definition, spec: { ...definition.spec, conversion } });
}

const accessProviders = `apiVersion: v1
kind: ConfigMap
metadata:
  name: clusterprofile-provider-file
  namespace: {{ .Release.Namespace }}
data:
  config.json: {{ .Values.knative_operator.multicluster.accessProvidersConfig | toJson | quote }}
`;
