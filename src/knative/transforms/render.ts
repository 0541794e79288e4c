import type {
  CommonSpec,
  KnativeEventingSpec,
  KnativeResource,
  KnativeServingSpec,
  KubeObject,
  OwnerReference,
} from '../../api/index.ts';
import type { InstallationManifests } from '../manifests/index.ts';
import { type ScopeLookup, scopeOf } from './cluster-scoped-kinds.ts';
import { isWanted } from './eventing-tls.ts';
import type { Finding } from './finding.ts';
import { ignoredFields } from './ignored-fields.ts';
import { manifestFindings } from './manifest-findings.ts';
import { mergeObjects } from './merge-objects.ts';
import { namingObject } from './naming-object.ts';
import type { Transform, TransformContext } from './transform.ts';
import { eventingTransforms, servingTransforms } from './transforms.ts';
import { unmatched } from './unmatched.ts';

export interface RenderInput {
  readonly manifests: InstallationManifests;
  /** The target version. */
  readonly version: string;
  /** The namespace on the cluster. */
  readonly namespace: string;
  /** Owner of every namespaced object; none where delivery says who owns them. */
  readonly owner?: OwnerReference | undefined;
  /** What discovery knows of the cluster. Default: nothing. */
  readonly isNamespaced?: ScopeLookup | undefined;
  /** `KUBERNETES_MIN_VERSION` for Knative's own processes. */
  readonly kubernetesMinVersion?: string | undefined;
}

export interface Rendered {
  /** What must be on the cluster: one object for each identity, in the order of the manifests. */
  readonly objects: readonly KubeObject[];
  readonly findings: readonly Finding[];
}

/** Everything that a KnativeServing means on its cluster. Throws a TransformError. */
export function renderServing({ spec }: KnativeResource<KnativeServingSpec>, input: RenderInput): Rendered {
  const context = { ...contextOf(input), component: 'serving', spec } as const;
  return render(mergeObjects(input.manifests, context), servingTransforms, context, input);
}

/** Everything that a KnativeEventing means on its cluster. Throws a TransformError. */
export function renderEventing({ spec }: KnativeResource<KnativeEventingSpec>, input: RenderInput): Rendered {
  const context = { ...contextOf(input), component: 'eventing', spec } as const;
  const objects = mergeObjects(input.manifests, context).filter((object) => isWanted(object, spec));
  return render(objects, eventingTransforms, context, input);
}

function contextOf(input: RenderInput): Omit<TransformContext, 'component' | 'spec'> {
  const { manifests, isNamespaced = () => undefined, ...given } = input;
  const objects = [...manifests.core, ...manifests.addOns, ...manifests.additional];
  return { ...given, isNamespaced: scopeOf(objects, isNamespaced) };
}

function render<Spec extends CommonSpec>(
  objects: readonly KubeObject[],
  transforms: readonly Transform<Spec>[],
  context: TransformContext<Spec>,
  { manifests }: RenderInput,
): Rendered {
  return {
    objects: objects.map((object) =>
      namingObject(object, () => transforms.reduce((at, transform) => transform(at, context), object)),
    ),
    findings: [
      ...unmatched(context.spec, objects),
      ...ignoredFields(context.spec),
      ...manifestFindings(manifests, context),
    ],
  };
}
