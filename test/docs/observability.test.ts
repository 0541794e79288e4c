import { beforeAll } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { minimalDefinition } from '../fleet/index.ts';
import { play } from './play.ts';
import { Stage } from './stage.ts';

const stage = Stage.use({ spokes: [] });

/** As the Prometheus operator defines them. */
beforeAll(async () => {
  const { hub } = stage.fleet;
  for (const kind of ['ServiceMonitor', 'PrometheusRule'])
    await hub.create(
      resources.customResourceDefinitions,
      minimalDefinition('monitoring.coreos.com', kind, ['v1']),
    );
  await stage.shell.run(
    'kubectl wait --for=condition=Established crd/servicemonitors.monitoring.coreos.com crd/prometheusrules.monitoring.coreos.com',
  );
});

play('docs/observability.md', stage);
