import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import type { KubeObject } from '../../api/index.ts';
import { valueAt } from './path-copy.ts';

/** Names that some transform looks for, and names that objects have by nature. */
const names = [
  'controller',
  'eventing-webhook',
  'pingsource-mt-adapter',
  '3scale-kourier-gateway',
  'net-kourier-controller',
  'kourier',
  'kourier-bootstrap',
  'config-br-defaults',
  'config-features',
  'knative-local-gateway',
  'knative-ingress-gateway',
  'mt-broker-ingress',
  'broker-ingress-hpa',
  'queue-proxy',
  'c',
  '',
  '__proto__',
  'toString',
];

/** Texts that somebody may take for YAML, a host, an image or a number. */
const texts = [
  'clusterDefault: {brokerClass: X}',
  'clusterDefault: {name: own}',
  'clusterDefault: text',
  'a: &a [*a]',
  repeated(6),
  `a: &a ${'x'.repeat(10_000)}\nb: [${'*a, '.repeat(1_000)}]`,
  '&a {<<: *a}',
  '[',
  '- &a {name: knative-local-gateway, namespace: "", self: *a}',
  '- null',
  '- name: knative-local-gateway\n  namespace: 5',
  'a..b',
  '.',
  'host/path/${NAME}@sha256:abc',
  'strict',
  'Secret',
  'NodePort',
  '-1',
  '\u0000',
];

const text = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...names) },
  { weight: 2, arbitrary: fc.constantFrom(...texts) },
  fc.string(),
);

/** Ten times ten times ten, for each level. */
function repeated(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`,
  );
  return `l0: &l0 x\n${lines.join('\n')}\n`;
}

const kinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'Namespace'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['networking.istio.io/v1', 'Gateway'],
  ['caching.internal.knative.dev/v1alpha1', 'Image'],
] as const;

const fields = ['name', 'env', 'image', 'containers', 'initContainers', 'template', 'spec', 'metadata'];
const moreFields = ['labels', 'ports', 'volumes', 'data', 'subjects', 'webhooks', 'rules', '__proto__'];

const json = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'medium' },
    fc.jsonValue({ maxDepth: 1 }),
    text,
    tie('node'),
    fc.array(tie('node'), { maxLength: 3 }),
  ),
  node: fc.dictionary(fc.constantFrom(...fields, ...moreFields), tie('any'), { maxKeys: 4 }),
})).node as fc.Arbitrary<object>;

/** An object as a manifest may hold it: the kind says little about the fields. */
export const anyObject: fc.Arbitrary<KubeObject> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    name: fc.oneof(fc.constantFrom(...names), fc.constantFrom(5, undefined)),
    metadata: json,
    spec: json,
    data: json,
  })
  .map(({ kind: [apiVersion, kind], name, metadata, spec, data }) => {
    const object = { apiVersion, kind, spec, data, metadata: { ...metadata, name } };
    return object as unknown as KubeObject;
  });

/** Any spec that the API server lets through, with settings that are read as YAML or as a host in many of them. */
export function anySpec(kind: 'KnativeServing' | 'KnativeEventing'): fc.Arbitrary<object> {
  const path = `../../../crds/operator.knative.dev_${kind.toLowerCase()}s.yaml`;
  const definition = load(readFileSync(new URL(path, import.meta.url), 'utf8'));
  const versions = valueAt(definition, ['spec', 'versions']) as readonly unknown[];
  const schema = valueAt(versions[0], ['schema', 'openAPIV3Schema', 'properties', 'spec']) as Schema;
  return fc
    .tuple(valid(schema), readSettings)
    .map(([spec, config]) => ({ ...(spec as object), ...(config === undefined ? {} : { config }) }));
}

const brokers = fc.record({ 'default-br-config': text }, { requiredKeys: [] });
const istio = fc.record(
  { 'local-gateways': text, 'local-gateway.knative-serving.knative-local-gateway': text },
  { requiredKeys: [] },
);
const readSettings = fc.option(
  fc.record(
    {
      'br-defaults': brokers,
      'config-br-defaults': brokers,
      istio,
      'config-istio': istio,
      features: fc.record({ 'transport-encryption': text }),
      'config-features': fc.dictionary(text, text, { maxKeys: 2 }),
      kourier: fc.dictionary(text, text, { maxKeys: 2 }),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

/** Values that a schema lets through. */
function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema['x-kubernetes-int-or-string'] === true)
    return schema.pattern === undefined
      ? fc.constantFrom(0, 1, '50%', 'x')
      : fc.constantFrom(0, '100m', '1Gi');
  switch (schema.type) {
    case 'array':
      return fc.array(valid(schema.items ?? {}), { maxLength: 2 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(fc.integer({ min: -1, max: 5 }), fc.integer());
    case 'object':
      return schema.additionalProperties === undefined
        ? validObject(schema)
        : fc.dictionary(text, valid(schema.additionalProperties), { maxKeys: 2 });
    default:
      return schema.minLength === undefined ? text : text.map((some) => some || 'a');
  }
}

function validObject({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(([name, property]) => {
    const member = valid(property);
    return [name, required.includes(name) ? member : fc.option(member, { freq: 1, nil: undefined })] as const;
  });
  return fc
    .record(Object.fromEntries(members))
    .map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)));
}
