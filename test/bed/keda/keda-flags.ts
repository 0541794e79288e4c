/** The ports of KEDA's two processes, all on 127.0.0.1. */
export interface KedaPorts {
  /** Of the operator: where it is asked whether it is ready. */
  readonly health: number;
  /** Of the operator: where the adapter fetches metrics (gRPC). */
  readonly metricsService: number;
  /** Of the adapter: where the API server's aggregation layer reaches it. */
  readonly adapter: number;
  /** Of the adapter: metrics about itself, which nobody reads; it cannot be turned off. */
  readonly adapterMetrics: number;
}

export const kedaNamespace = 'keda';

/** The files of KEDA, relative to the cluster's directory. Each directory has ca.crt, tls.crt and tls.key. */
export const kedaFiles = {
  /** The operator's, as a server. */
  operatorCertificates: 'pki/keda-operator',
  /** The adapter's, as a server. */
  adapterCertificates: 'pki/keda-adapter',
  /** The adapter's, as a client of the operator, which lets nobody in without. */
  clientCertificates: 'pki/keda-client',
} as const;

/** KEDA reads these even where they are empty: without the first it stops, empty means every namespace. */
export const kedaEnvironment = {
  WATCH_NAMESPACE: '',
  KEDA_CLUSTER_OBJECT_NAMESPACE: kedaNamespace,
  POD_NAMESPACE: kedaNamespace,
} as const;

export function kedaOperatorFlags(
  kubeconfig: string,
  ports: Pick<KedaPorts, 'health' | 'metricsService'>,
): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--cert-dir=${kedaFiles.operatorCertificates}`,
    '--metrics-bind-address=0',
    `--health-probe-bind-address=127.0.0.1:${ports.health}`,
    `--metrics-service-bind-address=127.0.0.1:${ports.metricsService}`,
    // Tests create many objects at once, and the default of 20 is shared by everything that it does.
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
}

export function kedaAdapterFlags(kubeconfig: string, ports: KedaPorts): readonly string[] {
  const { adapterCertificates } = kedaFiles;
  return [
    // Without the second it looks for a cluster that it runs in, finds none, and ends as if all were well.
    ...['kubeconfig', 'lister-kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
      (flag) => `--${flag}=${kubeconfig}`,
    ),
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.adapter}`,
    `--tls-cert-file=${adapterCertificates}/tls.crt`,
    `--tls-private-key-file=${adapterCertificates}/tls.key`,
    `--cert-dir=${kedaFiles.clientCertificates}`,
    `--metrics-service-address=127.0.0.1:${ports.metricsService}`,
    `--port=${ports.adapterMetrics}`,
  ];
}
