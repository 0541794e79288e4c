import type { KubeObject } from '../../api/index.ts';
import { plainText } from '../terminal/plain-text.ts';
import { titleOf } from './given-installation.ts';
import type { RenderedInstallation } from './render-installation.ts';

/** What kubectl takes: documents of YAML, or one List in JSON; line end included. */
export async function formatObjects(
  format: 'yaml' | 'json',
  rendered: readonly RenderedInstallation[],
): Promise<string> {
  if (format === 'json') {
    const items = rendered.flatMap(({ objects }) => objects);
    return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`;
  }
  const { dump } = await import('js-yaml');
  const toYaml = (object: KubeObject): string => dump(object, { noRefs: true, lineWidth: -1 });
  return rendered
    .flatMap((each) =>
      each.objects.map((object, index) => (index === 0 ? heading(each) : '') + toYaml(object)),
    )
    .join('---\n');
}

function heading(rendered: RenderedInstallation): string {
  const { clusterProfileRef } = rendered.installation.spec;
  const where =
    clusterProfileRef === undefined ? 'the hub' : `${clusterProfileRef.namespace}/${clusterProfileRef.name}`;
  const title = `${titleOf(rendered)}: version ${rendered.version} on ${where}, namespace ${rendered.namespace}`;
  // Names of clusters may have line ends, after which the comment would be over.
  return `# ${plainText(title)}\n`;
}
