import type { KubeObject } from '../object.ts';
import type { KindDefinition } from './definition.ts';
import { structuralSchema } from './structural-schema.ts';

/**
 * The CustomResourceDefinition (apiextensions.k8s.io/v1) of a kind: one version, served and stored, without
 * conversion. The same definition always gives the same object, key order included. Throws SchemaError.
 */
export function customResourceDefinition(definition: KindDefinition): KubeObject {
  const { group, kind, plural, singular, shortNames, categories, scope = 'Namespaced' } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames, categories },
      scope,
      conversion: { strategy: 'None' },
      versions: [
        {
          name: definition.version,
          served: true,
          storage: true,
          subresources: {
            status: {},
            ...(definition.scale === undefined ? {} : { scale: definition.scale }),
          },
          additionalPrinterColumns: definition.printerColumns,
          schema: { openAPIV3Schema: rootSchema(definition) },
        },
      ],
    },
  };
}

function rootSchema({ kind, description, spec, status, validations }: KindDefinition) {
  return {
    description,
    type: 'object',
    ...(validations === undefined ? {} : { 'x-kubernetes-validations': validations }),
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(spec, `${kind}.spec`),
      status: structuralSchema(status, `${kind}.status`),
    },
  };
}
