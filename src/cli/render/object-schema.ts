// oxlint-disable-next-line no-restricted-imports -- a door of its own: what makes CRDs is of no use to the rest of the house
import type { StructuralSchema } from '../../api/crd/index.ts';
import { crdDefinitionsFor } from '../crds/definitions.ts';

/** Made once: that takes longer than all the rest. */
let schemas: ReadonlyMap<string, StructuralSchema> | undefined;

/** What the definition of a kind says about its objects; nothing of a kind that this project does not define. */
export function objectSchema(kind: string): StructuralSchema {
  schemas ??= allSchemas();
  return schemas.get(kind) ?? {};
}

function allSchemas(): ReadonlyMap<string, StructuralSchema> {
  return new Map(
    crdDefinitionsFor('knative').map((definition) => {
      const { names, versions } = definition['spec'] as {
        readonly names: { readonly kind: string };
        readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: StructuralSchema } }[];
      };
      return [names.kind, versions[0]?.schema.openAPIV3Schema ?? {}];
    }),
  );
}
