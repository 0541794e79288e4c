{{- define "wheelwright.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* The Deployment's name, and the beginning of all others; short enough that these have room for an ending. */ -}}
{{- define "wheelwright.fullname" -}}
{{- $name := include "wheelwright.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* Cluster-scoped names must differ between two releases of one name in two namespaces. */ -}}
{{- define "wheelwright.clustername" -}}
{{- printf "%s-%s" .Release.Namespace (include "wheelwright.fullname" .) | trunc 100 | trimSuffix "-" }}
{{- end }}

{{- define "wheelwright.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "wheelwright.labels" -}}
{{ include "wheelwright.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "wheelwright.account" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "wheelwright.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- /* A reference to {repository, tag, digest}; a version of the chart's own where there is neither. */ -}}
{{- define "wheelwright.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ default .version .image.tag }}
{{- end }}
{{- end }}

{{- /* Values of the chart of knative/operator, as JSON. */ -}}
{{- define "wheelwright.reference" -}}
{{- $given := .Values.knative_operator | default dict }}
{{- dict "multicluster" ($given.multicluster | default dict) "operator" ($given.knative_operator | default dict) "minVersion" ($given.kubernetes_min_version | default "") "webhook" ($given.operator_webhook | default dict) | toJson }}
{{- end }}

{{- /* What holds for clusters by ClusterProfile, as JSON: the values of knative/operator's chart where these switch it on. `at` is where a user finds them. */ -}}
{{- define "wheelwright.multicluster" -}}
{{- $own := .Values.multicluster }}
{{- $reference := (include "wheelwright.reference" . | fromJson).multicluster }}
{{- $interval := ternary $reference.remoteDeploymentsPollInterval $own.remoteDeploymentsPollInterval (hasKey $reference "remoteDeploymentsPollInterval") }}
{{- if $reference.enabled }}
{{- dict "at" "knative_operator.multicluster" "enabled" true "config" ($reference.accessProvidersConfig | default dict) "plugins" ($reference.plugins | default list) "interval" ($interval | default "") | toJson }}
{{- else }}
{{- dict "at" "multicluster" "enabled" $own.enabled "config" ($own.accessProvidersConfig | default dict) "plugins" ($own.plugins | default list) "interval" ($interval | default "") | toJson }}
{{- end }}
{{- end }}

{{- /* What is spread over members, as JSON: our values, or the switches of the chart of Kedify's agent. */ -}}
{{- define "wheelwright.scaling" -}}
{{- $agent := .Values.agent | default dict }}
{{- $features := $agent.features | default dict }}
{{- $local := ($agent.multicluster | default dict).localCluster | default dict }}
{{- $global := (.Values.global | default dict).features | default dict }}
{{- $both := or ($features.multicluster | default dict).enabled ($global.multicluster | default dict).enabled }}
{{- $objects := or .Values.scaling.distributedScaledObjects $features.distributedScaledObjectsEnabled $global.distributedScaledObjectsEnabled $both | default false }}
{{- $jobs := or .Values.scaling.distributedScaledJobs $features.distributedScaledJobsEnabled $global.distributedScaledJobsEnabled $both | default false }}
{{- $hub := .Values.scaling.hubMember | default (ternary ($local.name | default "multicluster-local") "" ($local.enabled | default false)) }}
{{- dict "enabled" (or $objects $jobs) "objects" $objects "jobs" $jobs "hubMember" $hub | toJson }}
{{- end }}

{{- /* "image" or "download". */ -}}
{{- define "wheelwright.manifests" -}}
{{- $source := .Values.knative.manifests.source }}
{{- if ne $source "auto" }}
{{- $source }}
{{- else if semverCompare ">=1.35.0-0" .Capabilities.KubeVersion.Version }}image
{{- else }}download
{{- end }}
{{- end }}

{{- /* The image with the releases of Knative: the one that values of the chart of knative/operator name, else our own value. */ -}}
{{- define "wheelwright.manifestsImage" -}}
{{- $reference := (include "wheelwright.reference" . | fromJson).operator }}
{{- $image := .Values.knative.manifests.image }}
{{- if $reference.image }}
{{- $image = dict "repository" $reference.image "tag" ($reference.tag | default $image.tag) }}
{{- else if $reference.tag }}
{{- $image = dict "repository" $image.repository "tag" $reference.tag }}
{{- end }}
{{- include "wheelwright.image" (dict "image" $image "version" "latest") }}
{{- end }}

{{- /* The capabilities that are switched on, by name, as JSON; see src/operator/rights. */ -}}
{{- define "wheelwright.capabilities" -}}
{{- $scaling := include "wheelwright.scaling" . | fromJson }}
{{- $multicluster := include "wheelwright.multicluster" . | fromJson }}
{{- $engine := .Values.scaling.engine }}
{{- $builtin := or (and $scaling.enabled (ne $engine "keda")) .Values.scaling.externalScaler.enabled }}
{{- $names := list "objects" "leases" }}
{{- if $multicluster.enabled }}{{ $names = append $names "credentials" }}{{ end }}
{{- if .Values.knative.onHub }}{{ $names = append $names "local-knative" }}{{ end }}
{{- if $scaling.enabled }}{{ $names = concat $names (list "members" "scaling") }}{{ end }}
{{- if and $scaling.enabled (ne $engine "builtin") }}{{ $names = append $names "keda-engine" }}{{ end }}
{{- if $builtin }}{{ $names = concat $names (list "builtin-engine" "builtin-engine-cluster") }}{{ end }}
{{- if and $scaling.enabled .Values.scaling.workloadsFromHub }}{{ $names = append $names "workloads-from-hub" }}{{ end }}
{{- if and $scaling.enabled $scaling.hubMember }}{{ $names = append $names "hub-member" }}{{ end }}
{{- $names | toJson }}
{{- end }}

{{- /* Of what is there for a test only; not those of the operator, so that no Service and no budget counts it. */ -}}
{{- define "wheelwright.testLabels" -}}
app.kubernetes.io/name: {{ include "wheelwright.fullname" . }}-check
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Its annotations. A test that failed leaves its pod, for its log, until the next one. */ -}}
{{- define "wheelwright.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
