/** The components of one control plane, in the order in which they need each other. */
export const componentNames = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
] as const;
export type ComponentName = (typeof componentNames)[number];

export interface ClusterSettings {
  /** The API server's, on 127.0.0.1; the only TCP port of a cluster. */
  readonly port: number;
  readonly admissionWebhooks: boolean;
  /** kwok's Stage files. */
  readonly stageFiles: readonly string[];
}

/** The files of a cluster, relative to its directory, which is every component's working directory. */
export const clusterFiles = {
  adminKubeconfig: 'admin.kubeconfig',
  componentsKubeconfig: 'components.kubeconfig',
  servingAuthority: 'pki/serving-ca.crt',
  servingCertificate: 'pki/apiserver.crt',
  servingKey: 'pki/apiserver.key',
  clientAuthority: 'pki/client-ca.crt',
  frontProxyAuthority: 'pki/front-proxy-ca.crt',
  frontProxyCertificate: 'pki/front-proxy.crt',
  frontProxyKey: 'pki/front-proxy.key',
  serviceAccountPublicKey: 'pki/service-account.pub',
  serviceAccountKey: 'pki/service-account.key',
} as const;

/** The command line of one component, without the executable. */
export function componentFlags(component: ComponentName, settings: ClusterSettings): readonly string[] {
  switch (component) {
    case 'etcd':
      return etcdFlags;
    case 'kube-apiserver':
      return apiserverFlags(settings);
    case 'kube-controller-manager':
      return controllerManagerFlags;
    case 'kube-scheduler':
      return schedulerFlags;
    case 'kwok':
      return kwokFlags(settings);
  }
}

/**
 * A Unix socket cannot be taken by anybody else, unlike a port. The path is relative because a socket's path has at most 104 bytes
 * on macOS and 108 on Linux.
 */
const etcdSocket = 'unix://etcd.sock';
const etcdPeerSocket = 'unix://etcd-peer.sock';

/** Without fsync, because no bed outlives its machine. */
const etcdFlags = [
  '--data-dir=etcd',
  '--unsafe-no-fsync',
  `--listen-client-urls=${etcdSocket}`,
  `--advertise-client-urls=${etcdSocket}`,
  `--listen-peer-urls=${etcdPeerSocket}`,
  `--initial-advertise-peer-urls=${etcdPeerSocket}`,
  `--initial-cluster=default=${etcdPeerSocket}`,
];

function apiserverFlags({ port, admissionWebhooks }: ClusterSettings): readonly string[] {
  return [
    `--etcd-servers=${etcdSocket}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${clusterFiles.servingCertificate}`,
    `--tls-private-key-file=${clusterFiles.servingKey}`,
    `--client-ca-file=${clusterFiles.clientAuthority}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${clusterFiles.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${clusterFiles.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    // The aggregation layer needs an authority of its own: whoever it signs for may act as anybody.
    `--requestheader-client-ca-file=${clusterFiles.frontProxyAuthority}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${clusterFiles.frontProxyCertificate}`,
    `--proxy-client-key-file=${clusterFiles.frontProxyKey}`,
    // Without it, stopping waits a minute for watches, which their clients never end.
    '--shutdown-watch-termination-grace-period=100ms',
    ...(admissionWebhooks
      ? []
      : ['--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook']),
  ];
}

/**
 * Port 0: nobody asks them, and so nobody can take their port. An API server that was away lets leases of nodes grow old, and
 * then pods are marked as not ready, or not, whoever is first; a kubelet would set that right, kwok does not.
 */
const controllerManagerFlags = [
  `--kubeconfig=${clusterFiles.componentsKubeconfig}`,
  `--service-account-private-key-file=${clusterFiles.serviceAccountKey}`,
  `--root-ca-file=${clusterFiles.servingAuthority}`,
  '--node-monitor-grace-period=24h',
  '--leader-elect=false',
  '--secure-port=0',
];

const schedulerFlags = [
  `--kubeconfig=${clusterFiles.componentsKubeconfig}`,
  '--leader-elect=false',
  '--secure-port=0',
];

function kwokFlags({ stageFiles }: ClusterSettings): readonly string[] {
  return [
    `--kubeconfig=${clusterFiles.componentsKubeconfig}`,
    '--manage-all-nodes=true',
    '--node-ip=127.0.0.1',
    '--node-lease-duration-seconds=40',
    ...stageFiles.map((file) => `--config=${file}`),
  ];
}
