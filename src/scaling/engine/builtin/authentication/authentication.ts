import { z } from 'zod';
import type { Variable } from './pod-variables.ts';

const reference = z.object({ parameter: z.string(), name: z.string(), key: z.string() });

/** Where the parameters of a trigger come from, as far as the builtin engine can get them. */
const spec = z.looseObject({
  secretTargetRef: z.array(reference).optional(),
  configMapTargetRef: z.array(reference).optional(),
  env: z
    .array(z.looseObject({ parameter: z.string(), name: z.string(), containerName: z.string().nullish() }))
    .optional(),
  podIdentity: z.looseObject({ provider: z.string() }).nullish(),
});

export type Reference = Readonly<z.output<typeof reference>>;

export interface Authentication {
  readonly configMaps: readonly Reference[];
  readonly secrets: readonly Reference[];
  /** Parameters from variables of the workload. */
  readonly variables: readonly (Variable & { readonly parameter: string })[];
  /** Ways that it asks for and that there are none for here. */
  readonly unsupported: readonly string[];
}

/** Reads the spec of a TriggerAuthentication; undefined where it is not one. */
export function readAuthentication(given: unknown): Authentication | undefined {
  const result = spec.safeParse(given ?? {});
  if (!result.success) return undefined;
  const { secretTargetRef = [], configMapTargetRef = [], env = [], podIdentity, ...others } = result.data;
  const hasIdentity = (podIdentity?.provider ?? 'none') !== 'none';
  const elsewhere = Object.keys(others).filter((name) => others[name] !== undefined && others[name] !== null);
  return {
    configMaps: configMapTargetRef,
    secrets: secretTargetRef,
    variables: env.map(({ parameter, name, containerName }) => ({
      parameter,
      name,
      containerName: containerName ?? undefined,
    })),
    unsupported: [...(hasIdentity ? ['podIdentity'] : []), ...elsewhere],
  };
}
