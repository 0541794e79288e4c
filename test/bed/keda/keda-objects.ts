import { kedaNamespace } from './keda-flags.ts';

export const adapterService = 'keda-metrics-apiserver';
export const externalMetricsApi = 'v1beta1.external.metrics.k8s.io';

/**
 * An APIService cannot name an address, only a Service; and of a Service without pods the API server's resolver follows
 * just the type ExternalName, to the port that the APIService names (kube-aggregator, ResolveCluster).
 */
export function adapterServiceObject(): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: adapterService, namespace: kedaNamespace },
    spec: { type: 'ExternalName', externalName: '127.0.0.1' },
  };
}

/** `certificateAuthority` is PEM. */
export function externalMetricsApiService(port: number, certificateAuthority: string): object {
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: externalMetricsApi },
    spec: {
      group: 'external.metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { namespace: kedaNamespace, name: adapterService, port },
      caBundle: Buffer.from(certificateAuthority).toString('base64'),
    },
  };
}
