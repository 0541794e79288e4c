import type { KubeObject } from '../api/index.ts';
import type { Finding } from './transforms/index.ts';

/** On an object: what becomes of its objects on the cluster when others change or delete them. */
export const driftPolicyAnnotation = 'operator.knative.dev/drift-policy';

/** `correct` mends drift; `report` only tells it, while what the spec changes is applied all the same. */
export type DriftPolicy = 'correct' | 'report';

/** Whatever else the annotation says means `correct`. */
export function driftPolicyOf({ metadata: { annotations } }: Pick<KubeObject, 'metadata'>): DriftPolicy {
  return annotations?.[driftPolicyAnnotation] === 'report' ? 'report' : 'correct';
}

export function driftPolicyFindings({ metadata: { annotations } }: KubeObject): readonly Finding[] {
  const value = annotations?.[driftPolicyAnnotation];
  if (value === undefined || value === 'report' || value === 'correct') return [];
  return [
    {
      reason: 'AnnotationUnknown',
      field: `metadata.annotations['${driftPolicyAnnotation}']`,
      message: `'${value}' is neither 'correct' nor 'report'; drift is corrected`,
    },
  ];
}
