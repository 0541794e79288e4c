import type { KubeObject } from '../../api/index.ts';

const labels = { 'example.com/team': 'edge' };
const annotations = { 'example.com/note': 'ours' };
const condition = { key: 'disk', operator: 'NotIn', values: ['spinning'] };
const labelSelector = { matchLabels: labels, matchExpressions: [condition] };
const nodeTerm = { matchExpressions: [condition], matchFields: [{ ...condition, key: 'metadata.name' }] };
const podTerm = {
  topologyKey: 'kubernetes.io/hostname',
  labelSelector,
  namespaceSelector: labelSelector,
  namespaces: ['a'],
  matchLabelKeys: ['pod-template-hash'],
  mismatchLabelKeys: ['example.com/tenant'],
};
const podPlacement = {
  requiredDuringSchedulingIgnoredDuringExecution: [podTerm],
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, podAffinityTerm: podTerm }],
};

/** Everything that can be said of one workload. */
function override(name: string, container: string) {
  const probe = {
    container,
    initialDelaySeconds: 1,
    timeoutSeconds: 2,
    periodSeconds: 3,
    successThreshold: 1,
    failureThreshold: 4,
    terminationGracePeriodSeconds: 5,
  };
  return {
    name,
    labels,
    annotations,
    replicas: 3,
    nodeSelector: { 'kubernetes.io/arch': 'arm64' },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector,
        matchLabelKeys: ['pod-template-hash'],
        minDomains: 2,
        nodeAffinityPolicy: 'Honor',
        nodeTaintsPolicy: 'Ignore',
      },
    ],
    tolerations: [
      { key: 'dedicated', operator: 'Equal', value: 'knative', effect: 'NoExecute', tolerationSeconds: 60 },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodeTerm] },
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, preference: nodeTerm }],
      },
      podAffinity: podPlacement,
      podAntiAffinity: podPlacement,
    },
    resources: [
      {
        container,
        limits: { cpu: 1, memory: '1Gi' },
        requests: { cpu: '100m' },
        claims: [{ name: 'gpu', request: 'one' }],
      },
    ],
    env: [
      {
        container,
        envVars: [
          { name: 'PLAIN', value: 'v' },
          { name: 'FIELD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
          { name: 'MAP', valueFrom: { configMapKeyRef: { name: 'm', key: 'k', optional: true } } },
          { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
          {
            name: 'AMOUNT',
            valueFrom: {
              resourceFieldRef: { containerName: container, resource: 'limits.cpu', divisor: '1m' },
            },
          },
          {
            name: 'FILE',
            valueFrom: { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k', optional: true } },
          },
        ],
      },
    ],
    readinessProbes: [probe],
    livenessProbes: [probe],
    hostNetwork: true,
    version: '1.22.1',
    volumeMounts: [
      {
        name: 'v',
        mountPath: '/v',
        subPath: 's',
        subPathExpr: 's',
        readOnly: true,
        recursiveReadOnly: 'Enabled',
        mountPropagation: 'None',
      },
    ],
  };
}

/** The fields of both kinds, with objects that there are in every release. */
function commonSpec(directory: string, workload: string, budget: string, service: string, job: string) {
  return {
    manifests: [{ URL: `/var/run/ko/${directory}/\${VERSION}` }],
    additionalManifests: [{ URL: `/var/run/ko/${directory}/\${VERSION}` }],
    config: { logging: { 'zap-logger-config': '{}' }, 'config-features': { a: 'b' }, nothing: {} },
    registry: {
      default: 'mirror.example.com/${NAME}:v1',
      override: {
        [workload]: 'a',
        [`${workload}/${workload}`]: 'b',
        SYSTEM_NAMESPACE: 'c',
        'queue-proxy': 'd',
      },
      everyImage: true,
      imagePullSecrets: [{ name: 'mirror' }, {}],
    },
    'high-availability': { replicas: 2 },
    workloads: [override(workload, workload), override(job, 'migrate'), override('nothing', 'nothing')],
    deployments: [override(workload, workload)],
    services: [{ name: service, labels, annotations, selector: labels }],
    podDisruptionBudgets: [
      {
        name: budget,
        minAvailable: '50%',
        selector: labelSelector,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
      { name: 'nothing', maxUnavailable: 1 },
    ],
    resources: [
      {
        container: workload,
        limits: { cpu: 1 },
        requests: { cpu: 1 },
        claims: [{ name: 'g', request: 'one' }],
      },
    ],
    namespace: { labels, annotations },
    namespaceConfiguration: { labels, annotations },
    clusterProfileRef: { name: 'eu-1', namespace: 'fleet' },
  };
}

const gateway = {
  selector: { istio: 'mine' },
  servers: [
    {
      port: { number: 443, protocol: 'HTTPS', name: 'https', target_port: 8443 },
      bind: '0.0.0.0',
      hosts: ['*.example.com'],
      name: 'server',
      defaultEndpoint: '127.0.0.1:8080',
      tls: {
        httpsRedirect: true,
        mode: 'SIMPLE',
        serverCertificate: '/a',
        privateKey: '/b',
        caCertificates: '/c',
        credentialName: 'tls',
        subjectAltNames: ['a.example.com'],
        verifyCertificateSpki: ['x='],
        verifyCertificateHash: ['ff'],
        minProtocolVersion: 3,
        maxProtocolVersion: 4,
        cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'],
      },
    },
  ],
};
const istio = { enabled: true, 'knative-ingress-gateway': gateway, 'knative-local-gateway': gateway };
const on = { enabled: true };

function serving(name: string, spec: object): KubeObject {
  return resource('KnativeServing', 'knative-serving', name, {
    ...commonSpec(
      'knative-serving',
      'activator',
      'activator-pdb',
      'activator-service',
      'storage-version-migration-serving-',
    ),
    ...spec,
  });
}

function eventing(name: string, spec: object): KubeObject {
  return resource('KnativeEventing', 'knative-eventing', name, {
    ...commonSpec(
      'knative-eventing',
      'eventing-webhook',
      'eventing-webhook',
      'eventing-webhook',
      'storage-version-migration-eventing-',
    ),
    ...spec,
  });
}

function resource(kind: string, namespace: string, name: string, spec: object): KubeObject {
  return { apiVersion: 'operator.knative.dev/v1beta1', kind, metadata: { name, namespace }, spec };
}

/** Custom resources that together use every field of both kinds, except for the version. */
export const everyField: readonly KubeObject[] = [
  serving('everything-behind-a-load-balancer', {
    ingress: {
      istio,
      kourier: {
        ...on,
        'service-type': 'LoadBalancer',
        'service-load-balancer-ip': '203.0.113.7',
        'bootstrap-configmap': 'mine',
      },
      contour: on,
      'gateway-api': on,
    },
    'controller-custom-certs': { type: 'ConfigMap', name: 'ca' },
    security: { securityGuard: on },
  }),
  serving('everything-on-node-ports', {
    manifests: [],
    ingress: {
      kourier: { ...on, 'service-type': 'NodePort', 'http-port': 30080, 'https-port': 30443 },
      contour: on,
    },
    'controller-custom-certs': { type: 'Secret', name: 'ca' },
  }),
  serving('everything-behind-istio', { ingress: { istio } }),
  eventing('everything', {
    defaultBrokerClass: 'Kafka',
    sinkBindingSelectionMode: 'inclusion',
    source: { ceph: on, github: on, gitlab: on, kafka: on, rabbitmq: on, redis: on },
  }),
  eventing('everything-encrypted', {
    manifests: [],
    config: { features: { 'transport-encryption': 'strict' } },
  }),
];
