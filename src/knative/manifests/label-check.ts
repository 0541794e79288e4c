import type { KubeObject } from '../../api/index.ts';
import { latestVersion, majorMinor, withLeadingV } from '../versions/index.ts';
import { ManifestError } from './manifest-error.ts';

const versionLabel = 'app.kubernetes.io/version';

/**
 * Refuses objects whose version label is of another minor version than the target, which would mix two releases.
 * Nothing is known of the version when the target is empty or `latest`. Throws a ManifestError.
 */
export function checkVersionLabels(objects: readonly KubeObject[], target: string): void {
  if (target === '' || target === latestVersion) return;
  const wanted = withLeadingV(target);
  for (const { metadata } of objects) {
    const label = labelOf(metadata.labels, versionLabel);
    if (label === undefined || label === '') continue;
    const found = withLeadingV(label);
    if (majorMinor(found) === majorMinor(wanted)) continue;
    throw new ManifestError(
      `the version of the manifests ${found} of the component ${metadata.name} does not match the target version of the operator CR ${wanted}`,
      { reason: 'SpecInvalid' },
    );
  }
}

/** Whether an object says that it is part of Knative; others number their versions as they like. */
export function isKnativeObject({ metadata }: KubeObject): boolean {
  return ['app.kubernetes.io/part-of', 'app.kubernetes.io/name'].some((label) =>
    ['knative-serving', 'knative-eventing'].includes(labelOf(metadata.labels, label) ?? ''),
  );
}

/** Labels of a file may be anything. */
function labelOf(labels: unknown, name: string): string | undefined {
  if (typeof labels !== 'object' || labels === null) return undefined;
  const value = (labels as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}
