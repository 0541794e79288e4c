{{- /* Written by `npm run chart` from src/operator/rights; changes here are lost. */ -}}

{{- define "wheelwright.rules.objects" -}}
# Always: reads KnativeServing, KnativeEventing and ClusterProfile objects, and tells how they are.
# What is to be installed where. It is patched for the finalizer that has everything removed before the object
# goes.
- apiGroups: ["operator.knative.dev"]
  resources: ["knativeservings", "knativeeventings"]
  verbs: [get, list, watch, patch]
# Conditions, versions and what is waited for.
- apiGroups: ["operator.knative.dev"]
  resources: ["knativeservings/status", "knativeeventings/status"]
  verbs: [patch]
# Where clusters are, and which access providers have credentials for them.
- apiGroups: ["multicluster.x-k8s.io"]
  resources: ["clusterprofiles"]
  verbs: [get, list, watch]
# What happened to an object is told in its namespace; a repetition is counted on the same event.
- apiGroups: ["events.k8s.io"]
  resources: ["events"]
  verbs: [create, patch]
# The uid of this namespace is the identity of the hub: it marks what belongs to this hub on a spoke, and
# tells that a member is the hub itself, by whatever name and address.
- apiGroups: [""]
  resources: ["namespaces"]
  resourceNames:
    - kube-system
  verbs: [get]
{{- end }}

{{- define "wheelwright.rules.leases" -}}
# Always: replicas share the work.
# Replicas agree by Leases on who works on what. They are listed for those of another number of buckets, whose
# holders must have ended.
- apiGroups: ["coordination.k8s.io"]
  resources: ["leases"]
  verbs: [get, list, watch, create, update]
{{- end }}

{{- define "wheelwright.rules.credentials" -}}
# With multicluster.enabled: credentials of spokes and members that are ClusterProfiles.
# The builtin access providers read credentials of clusters from Secrets; each is watched by its name, so that
# a rotation is seen at once. Plugins that run as processes read them with the same account.
- apiGroups: [""]
  resources: ["secrets"]
  verbs: [get, list, watch]
{{- end }}

{{- define "wheelwright.rules.local-knative" -}}
# With knative.onHub: installs Knative on the hub itself, for objects without spec.clusterProfileRef. On spokes it is done with the rights of their credentials.
# Namespaces, settings, certificates and accounts of Knative. A ConfigMap lists all that was installed, and
# the watch shows what others change.
- apiGroups: [""]
  resources: ["namespaces", "configmaps", "secrets", "services", "serviceaccounts"]
  verbs: [get, list, watch, create, patch, delete]
# Knative's controllers, webhooks and gateways.
- apiGroups: ["apps"]
  resources: ["deployments", "statefulsets"]
  verbs: [get, list, watch, create, patch, delete]
# Jobs that migrate stored objects from one release to the next.
- apiGroups: ["batch"]
  resources: ["jobs"]
  verbs: [get, list, watch, create, patch, delete]
# Activator, webhooks and brokers scale by these.
- apiGroups: ["autoscaling"]
  resources: ["horizontalpodautoscalers"]
  verbs: [get, list, watch, create, patch, delete]
# They keep Knative up while nodes are drained.
- apiGroups: ["policy"]
  resources: ["poddisruptionbudgets"]
  verbs: [get, list, watch, create, patch, delete]
# Definitions of Knative's kinds. They are never deleted, because that deletes every object of the kind.
- apiGroups: ["apiextensions.k8s.io"]
  resources: ["customresourcedefinitions"]
  verbs: [get, list, watch, create, patch]
# Knative's own defaults and validation.
- apiGroups: ["admissionregistration.k8s.io"]
  resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]
  verbs: [get, list, watch, create, patch, delete]
# Knative's own rights. By itself this lets nobody grant more than they have.
- apiGroups: ["rbac.authorization.k8s.io"]
  resources: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"]
  verbs: [get, list, watch, create, patch, delete]
# Knative's ClusterRoles allow more than the operator needs itself, and some collect others by aggregation,
# which only 'escalate' permits. The operator may give away those of these names, and no others.
- apiGroups: ["rbac.authorization.k8s.io"]
  resources: ["clusterroles"]
  resourceNames:
    - addressable-resolver
    - broker-addressable-resolver
    - broker-subscriber
    - builtin-podspecable-binding
    - ceph-controller
    - ceph-source-observer
    - ceph-webhook
    - channel-addressable-resolver
    - channel-subscriber
    - channelable-manipulator
    - crossnamespace-subscriber
    - eventing-broker-filter
    - eventing-broker-ingress
    - eventing-config-reader
    - eventing-contrib-github-source-observer
    - eventing-contrib-gitlab-source-observer
    - eventing-contrib-rabbitmq-source-observer
    - eventing-kafka-source-observer
    - eventing-redis-source-observer
    - eventing-sources-github-controller
    - eventing-sources-rabbitmq-controller
    - eventing-sources-source-observer
    - eventtransforms-addressable-resolver
    - flows-addressable-resolver
    - github-webhook
    - gitlab-webhook
    - gitlabsource-manager-role
    - guardian-service
    - imc-addressable-resolver
    - imc-channelable-manipulator
    - imc-controller
    - imc-dispatcher
    - imc-subscriber
    - integrationsinks-addressable-resolver
    - jobsinks-addressable-resolver
    - kafka-controller
    - kafka-webhook-eventing
    - knative-bindings-namespaced-admin
    - knative-eventing-controller
    - knative-eventing-eventpolicy-reader
    - knative-eventing-job-sink
    - knative-eventing-mt-broker-filter
    - knative-eventing-mt-broker-ingress
    - knative-eventing-mt-channel-broker-controller
    - knative-eventing-namespaced-admin
    - knative-eventing-namespaced-edit
    - knative-eventing-namespaced-view
    - knative-eventing-pingsource-mt-adapter
    - knative-eventing-post-install-job-role
    - knative-eventing-request-reply
    - knative-eventing-sources-controller
    - knative-eventing-webhook
    - knative-flows-namespaced-admin
    - knative-gateway-api-admin
    - knative-gateway-api-core
    - knative-kafka-addressable-resolver
    - knative-kafka-channelable-manipulator
    - knative-kafka-controller-post-install
    - knative-kafka-source-data-plane
    - knative-kafka-storage-version-migrator
    - knative-messaging-namespaced-admin
    - knative-serving-activator-cluster
    - knative-serving-addressable-resolver
    - knative-serving-admin
    - knative-serving-aggregated-addressable-resolver
    - knative-serving-contour
    - knative-serving-core
    - knative-serving-istio
    - knative-serving-namespaced-admin
    - knative-serving-namespaced-edit
    - knative-serving-namespaced-view
    - knative-serving-podspecable-binding
    - knative-sinks-namespaced-admin
    - knative-sources-namespaced-admin
    - knative-sources-redisstream-adapter
    - meta-channelable-manipulator
    - net-kourier
    - podspecable-binding
    - rabbitmq-webhook
    - redis-controller
    - redis-webhook
    - service-addressable-resolver
    - serving-addressable-resolver
    - source-observer
{{- range .Values.rbac.extraClusterRoles }}
    - {{ . | quote }}
{{- end }}
  verbs: [bind, escalate]
# The same for Knative's Roles.
- apiGroups: ["rbac.authorization.k8s.io"]
  resources: ["roles"]
  resourceNames:
    - guardian-reader
    - imc-dispatcher-tls-role
    - knative-eventing-auth-proxy
    - knative-eventing-webhook
    - knative-inmemorychannel-webhook
    - knative-serving-activator
    - mt-broker-filter
    - mt-broker-ingress
{{- range .Values.rbac.extraRoles }}
    - {{ . | quote }}
{{- end }}
  verbs: [bind, escalate]
# Images that nodes are to have before they are needed.
- apiGroups: ["caching.internal.knative.dev"]
  resources: ["images"]
  verbs: [get, list, watch, create, patch, delete]
# Certificates between the components of Serving.
- apiGroups: ["networking.internal.knative.dev"]
  resources: ["certificates"]
  verbs: [get, list, watch, create, patch, delete]
# Gateways of the Istio ingress.
- apiGroups: ["networking.istio.io"]
  resources: ["gateways"]
  verbs: [get, list, watch, create, patch, delete]
# Webhooks of the Istio ingress must be reached without the mesh's certificates.
- apiGroups: ["security.istio.io"]
  resources: ["peerauthentications"]
  verbs: [get, list, watch, create, patch, delete]
# Certificates that the Contour ingress may use.
- apiGroups: ["projectcontour.io"]
  resources: ["tlscertificatedelegations"]
  verbs: [get, list, watch, create, patch, delete]
# TLS between the components of Eventing.
- apiGroups: ["cert-manager.io"]
  resources: ["certificates", "issuers", "clusterissuers"]
  verbs: [get, list, watch, create, patch, delete]
# What components of Eventing trust.
- apiGroups: ["trust.cert-manager.io"]
  resources: ["bundles"]
  verbs: [get, list, watch, create, patch, delete]
# On the hub objects belong to the KnativeServing or KnativeEventing. Clusters with the
# OwnerReferencesPermissionEnforcement admission, such as OpenShift, ask for this right. Optional.
- apiGroups: ["operator.knative.dev"]
  resources: ["knativeservings/finalizers", "knativeeventings/finalizers"]
  verbs: [update]
{{- end }}

{{- define "wheelwright.rules.members" -}}
# With scaling: the members that workloads are spread over.
# Members are labelled Secrets with kubeconfigs. RBAC knows no labels, so that this is all Secrets of the
# namespace.
- apiGroups: [""]
  resources: ["secrets"]
  verbs: [get, list, watch]
# The members are told in the status of this object; where there is none, it is made.
- apiGroups: ["install.kedify.io"]
  resources: ["kedifyconfigurations"]
  verbs: [get, list, watch, create]
# State, provider and trouble of each member.
- apiGroups: ["install.kedify.io"]
  resources: ["kedifyconfigurations/status"]
  verbs: [patch]
{{- end }}

{{- define "wheelwright.rules.scaling" -}}
# With scaling: spreads workloads over the members.
# What is to be spread where. It is patched for the finalizer, and for annotations that a restart reads.
- apiGroups: ["keda.kedify.io"]
  resources: ["distributedscaledobjects"]
  verbs: [get, list, watch, patch]
# Conditions, and who has how many replicas.
- apiGroups: ["keda.kedify.io"]
  resources: ["distributedscaledobjects/status"]
  verbs: [patch]
# The total, where the builtin engine decides it, and where one that was overwritten is restored.
- apiGroups: ["keda.kedify.io"]
  resources: ["distributedscaledobjects/scale"]
  verbs: [get, update, patch]
# A ScaledObject belongs to its DistributedScaledObject. Clusters with the
# OwnerReferencesPermissionEnforcement admission ask for this right. Optional.
- apiGroups: ["keda.kedify.io"]
  resources: ["distributedscaledobjects/finalizers"]
  verbs: [update]
# An object whose namespace is being deleted must not hold that up.
- apiGroups: [""]
  resources: ["namespaces"]
  verbs: [get]
# An autoscaler of the hub that scales the same workload would undo every number; it is named in a condition.
# Optional.
- apiGroups: ["autoscaling"]
  resources: ["horizontalpodautoscalers"]
  verbs: [list]
# The uid of what such an autoscaler scales tells whether a member is the hub under another name. Optional.
- apiGroups: ["apps"]
  resources: ["deployments", "statefulsets"]
  verbs: [get]
{{- end }}

{{- define "wheelwright.rules.keda-engine" -}}
# With scaling, unless the engine is builtin: has KEDA evaluate the triggers.
# Each DistributedScaledObject has one for KEDA. It goes with its owner, so that none is ever deleted.
- apiGroups: ["keda.sh"]
  resources: ["scaledobjects"]
  verbs: [get, list, watch, create, patch]
# The Deployment of KEDA's operator tells which account it has. Optional.
- apiGroups: ["apps"]
  resources: ["deployments"]
  verbs: [list]
# That account where the Deployment is labelled otherwise. Optional.
- apiGroups: [""]
  resources: ["serviceaccounts"]
  resourceNames:
    - keda-operator
  verbs: [get]
# Whether KEDA may scale DistributedScaledObjects; where it may not, a condition tells what to grant it.
# Optional.
- apiGroups: ["authorization.k8s.io"]
  resources: ["subjectaccessreviews"]
  verbs: [create]
{{- end }}

{{- define "wheelwright.rules.builtin-engine" -}}
# With scaling, unless the engine is keda, and for the external scaler: reads what triggers read.
# Triggers read numbers and credentials from them, each by its name.
- apiGroups: [""]
  resources: ["configmaps", "secrets"]
  verbs: [get, list, watch]
# The trigger kubernetes-workload counts them.
- apiGroups: [""]
  resources: ["pods"]
  verbs: [list]
# What a trigger authenticates with.
- apiGroups: ["keda.sh"]
  resources: ["triggerauthentications"]
  verbs: [get]
# What the engine keda has left is taken back before this one begins. The external scaler sees in them whether
# somebody really asks for what is asked.
- apiGroups: ["keda.sh"]
  resources: ["scaledobjects"]
  verbs: [get, delete]
# The external scaler sees the same in them.
- apiGroups: ["keda.kedify.io"]
  resources: ["distributedscaledobjects"]
  verbs: [get]
{{- end }}

{{- define "wheelwright.rules.builtin-engine-cluster" -}}
# The same for what has no namespace.
# What triggers of all namespaces authenticate with; its Secrets are in the operator's own.
- apiGroups: ["keda.sh"]
  resources: ["clustertriggerauthentications"]
  verbs: [get]
{{- end }}

{{- define "wheelwright.rules.workloads-from-hub" -}}
# With scaling and scaling.workloadsFromHub: reads the workloads that are delivered to members. Workloads of other kinds take rbac.extraRules.
# The workload of an object with 'spec.workload.fromHub', by its name.
- apiGroups: ["apps"]
  resources: ["deployments", "statefulsets"]
  verbs: [get, list, watch]
# What its pods mount, read and run as, each by its name.
- apiGroups: [""]
  resources: ["configmaps", "secrets", "serviceaccounts"]
  verbs: [get, list, watch]
{{- end }}

{{- define "wheelwright.rules.hub-member" -}}
# With scaling.hubMember: the hub runs its share like any member, with the rights of one.
# Numbers of replicas are read and written through the scale subresource, whatever the kind of the workload.
- apiGroups: ["*"]
  resources: ["*/scale"]
  verbs: [get, list, watch, update, patch]
# Deployments are watched, so that one request tells of all of a namespace.
- apiGroups: ["apps"]
  resources: ["deployments"]
  verbs: [get, list, watch, update, patch]
# Pods tell how many replicas of what is no Deployment are ready.
- apiGroups: [""]
  resources: ["pods"]
  verbs: [get, list, watch]
# DistributedScaledJobs create their Jobs there.
- apiGroups: ["batch"]
  resources: ["jobs"]
  verbs: [get, list, watch, create, update, patch, delete]
{{- end }}
