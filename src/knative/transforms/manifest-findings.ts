import type { KubeObject } from '../../api/index.ts';
import type { InstallationManifests } from '../manifests/index.ts';
import type { Finding } from './finding.ts';
import { isForeignNamespace } from './merge-objects.ts';
import { objectName } from './object-kinds.ts';
import type { TransformContext } from './transform.ts';

/** What the manifests of an installation lack, what of them is left out, and what nobody maintains any more. */
export function manifestFindings(
  manifests: InstallationManifests,
  context: TransformContext,
): readonly Finding[] {
  const { missing, paths } = manifests;
  return [
    ...missing.map((path): Finding => ({
      reason: 'VersionUnavailable',
      field: addOnField(path, context),
      message: `'${path}' is not at hand; it must be among the files of spec.manifests`,
    })),
    ...foreignNamespaces('spec.manifests', manifests.core, context),
    ...foreignNamespaces('spec.additionalManifests', manifests.additional, context),
    ...paths
      .filter((path) => path.includes('/security-guard/'))
      .map((): Finding => ({
        reason: 'AddOnUnmaintained',
        field: 'spec.security.securityGuard',
        message: 'Security-Guard is not maintained any more: 0.6 is its last release',
      })),
  ];
}

/** Those of plugins and sources are always left out, and nobody chose them. */
function foreignNamespaces(
  field: string,
  objects: readonly KubeObject[],
  context: TransformContext,
): readonly Finding[] {
  return objects
    .filter((object) => isForeignNamespace(object, context))
    .map((object) => ({
      reason: 'NamespaceIgnored',
      field,
      message: `the Namespace '${objectName(object)}' is left out: everything is installed into '${context.namespace}'`,
    }));
}

function addOnField(path: string, { component }: TransformContext): string {
  if (path.startsWith('security-guard/')) return 'spec.security';
  return component === 'serving' ? 'spec.ingress' : 'spec.source';
}
