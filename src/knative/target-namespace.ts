import type { Cluster } from '../clusters/index.ts';
import { anchorName } from '../delivery/index.ts';
import { NotFoundError, resources } from '../kube/index.ts';
import { installNamespace } from './install-namespace.ts';
import type { Pass } from './pass.ts';
import { deliveryOwner } from './stages/deliver-set.ts';
import { wasInstalled } from './was-installed.ts';

/**
 * Where an object installs: where it did before, else what the rule says. The reference operator does not write it down,
 * and has had either rule, so what it installed is looked for. Throws KubeErrors.
 */
export async function targetNamespace(
  pass: Pick<Pass, 'component' | 'installation' | 'services' | 'signal'>,
  cluster: Cluster,
): Promise<string> {
  const { component, installation, services, signal } = pass;
  const recorded = installation.status?.target?.namespace;
  if (recorded !== undefined) return recorded;
  const rules = [services.spokeNamespace, 'same', 'canonical'] as const;
  const [wanted = '', ...others] = new Set(
    rules.map((rule) => installNamespace(component, installation, rule)),
  );
  if (others.length === 0 || !wasInstalled(pass)) return wanted;
  const name = anchorName(deliveryOwner(pass));
  for (const namespace of [wanted, ...others]) {
    try {
      await cluster.client.get(resources.configMaps, { namespace, name }, { metadataOnly: true, signal });
      return namespace;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return wanted;
}
