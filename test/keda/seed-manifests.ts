/** What the guides to distributed scaling tell their readers to apply, word for word. */
export const configMapGuide = {
  deployment: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: dso-demo-app
  namespace: default
spec:
  replicas: 0
  selector:
    matchLabels:
      app: dso-demo-app
  template:
    metadata:
      labels:
        app: dso-demo-app
    spec:
      containers:
        - name: app
          image: nginx:1.27
          ports:
            - containerPort: 80
`,
  configMap: `apiVersion: v1
kind: ConfigMap
metadata:
  name: dso-mock-metric
  namespace: default
data:
  metric-value: "0"
`,
  distributedScaledObject: `apiVersion: keda.kedify.io/v1alpha1
kind: DistributedScaledObject
metadata:
  name: dso-demo
  namespace: default
spec:
  memberClusters:
    - name: member-1
      weight: 4
    - name: member-2
      weight: 6
  scaledObjectSpec:
    scaleTargetRef:
      kind: Deployment
      name: dso-demo-app
    minReplicaCount: 0
    maxReplicaCount: 10
    triggers:
      - type: kubernetes-resource
        metadata:
          resourceKind: ConfigMap
          resourceName: dso-mock-metric
          key: metric-value
          targetValue: "5"
`,
} as const;

export const k3dGuide = {
  everything: `apiVersion: v1
kind: ConfigMap
metadata:
  name: mock-metric
data:
  metric-value: "20"
---
apiVersion: keda.kedify.io/v1alpha1
kind: DistributedScaledObject
metadata:
  name: nginx
spec:
  scaledObjectSpec:
    scaleTargetRef:
      kind: Deployment
      name: nginx
    minReplicaCount: 1
    maxReplicaCount: 10
    triggers:
    - type: kubernetes-resource
      metadata:
        resourceKind: ConfigMap
        resourceName: mock-metric
        key: metric-value
        targetValue: "5"
`,
  more: `apiVersion: v1
kind: ConfigMap
metadata:
  name: mock-metric
data:
  metric-value: "50"
`,
  whitelist: `apiVersion: keda.kedify.io/v1alpha1
kind: DistributedScaledObject
metadata:
  name: nginx
spec:
  memberClusters:
  - name: k3d-member-1
    weight: 3
  - name: k3d-member-2
    weight: 1
  scaledObjectSpec:
    scaleTargetRef:
      kind: Deployment
      name: nginx
    minReplicaCount: 1
    maxReplicaCount: 10
    triggers:
    - type: kubernetes-resource
      metadata:
        resourceKind: ConfigMap
        resourceName: mock-metric
        key: metric-value
        targetValue: "5"
`,
} as const;
