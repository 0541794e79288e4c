import type { PrinterColumn } from '../crd/definition.ts';

function phaseOf(name: string, path: string, what: string, priority?: number): PrinterColumn {
  return {
    name,
    type: 'string',
    jsonPath: `.status.${path}`,
    description: `State of ${what}`,
    ...(priority === undefined ? {} : { priority }),
  };
}

/** As Kedify has them. */
export const kedifyConfigurationColumns: readonly PrinterColumn[] = [
  {
    name: 'Version',
    type: 'string',
    jsonPath: '.status.components.keda.version',
    description: 'Version of KEDA',
  },
  {
    name: 'Mode',
    type: 'string',
    jsonPath: '.spec.kedaInstallations[].mode',
    description: 'Who looks after KEDA',
  },
  {
    name: 'HTTP-Addon',
    type: 'string',
    jsonPath: '.status.components.httpAddon.version',
    priority: 20,
    description: 'Version of the HTTP add-on',
  },
  phaseOf('Agent', 'agent.phase', 'the agent'),
  phaseOf('KEDA', 'components.keda.deployments.keda-operator.phase', 'KEDA'),
  phaseOf('API Service', 'apiService.phase', 'the API for external metrics'),
  phaseOf(
    'Metric Server',
    'components.keda.deployments.keda-operator-metrics-apiserver.phase',
    'the metrics server of KEDA',
    20,
  ),
  phaseOf(
    'Interceptor',
    'components.httpAddon.deployments.keda-add-ons-http-interceptor.phase',
    'the interceptor of the HTTP add-on',
    20,
  ),
  {
    name: 'Created',
    type: 'date',
    jsonPath: '.metadata.creationTimestamp',
    description: 'Time since creation',
  },
];
