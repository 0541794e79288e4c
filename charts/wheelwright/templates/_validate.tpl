{{- /* Refuses values that would give a release that cannot work. Each message says which value, and the remedy. */ -}}
{{- define "wheelwright.validate" -}}
{{- include "wheelwright.validate.multicluster" . }}
{{- include "wheelwright.validate.volumes" . }}
{{- include "wheelwright.validate.scaling" . }}
{{- include "wheelwright.validate.operation" . }}
{{- end }}

{{- define "wheelwright.validate.multicluster" -}}
{{- $multicluster := include "wheelwright.multicluster" . | fromJson }}
{{- $at := $multicluster.at }}
{{- if $multicluster.enabled }}
{{- if not $multicluster.config }}
{{- fail (printf "%s.enabled is true, but %s.accessProvidersConfig is empty: name at least one provider there, or switch %s.enabled off" $at $at $at) }}
{{- end }}
{{- $paths := list }}
{{- range $index, $plugin := $multicluster.plugins }}
{{- $path := $plugin.mountPath | toString | clean }}
{{- if not (hasPrefix "/" $path) }}
{{- fail (printf "%s.plugins[%d].mountPath must be an absolute path, got %q: begin it with '/', as in /access-plugins/%s" $at $index ($plugin.mountPath | toString) $plugin.name) }}
{{- end }}
{{- $paths = append $paths $path }}
{{- end }}
{{- range .Values.extraVolumeMounts }}
{{- $paths = append $paths (.mountPath | toString | clean) }}
{{- end }}
{{- range ($multicluster.config.providers | default list) }}
{{- $provider := . }}
{{- $command := ($provider.execConfig | default dict).command | default "" | toString }}
{{- if and $command (not (hasPrefix "builtin:" $command)) }}
{{- $found := false }}
{{- range $paths }}
{{- if hasPrefix (printf "%s/" .) ($command | clean) }}{{ $found = true }}{{ end }}
{{- end }}
{{- if not $found }}
{{- fail (printf "provider %q: command %q is not under any plugins[].mountPath %v: mount an image with it by %s.plugins, or use builtin:secretreader or builtin:kubeconfig-secretreader" $provider.name ($command | clean) $paths $at) }}
{{- end }}
{{- else if and $command (not (has $command (list "builtin:secretreader" "builtin:kubeconfig-secretreader"))) }}
{{- fail (printf "provider %q: there is no %q: use builtin:secretreader or builtin:kubeconfig-secretreader" $provider.name $command) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "wheelwright.validate.volumes" -}}
{{- $multicluster := include "wheelwright.multicluster" . | fromJson }}
{{- $kubernetes := .Capabilities.KubeVersion.Version }}
{{- $hasImageVolumes := semverCompare ">=1.31.0-0" $kubernetes }}
{{- if and $multicluster.enabled $multicluster.plugins (not $hasImageVolumes) }}
{{- fail (printf "%s.plugins are mounted as image volumes, which Kubernetes %s does not have: use the builtin providers, mount the programs by extraVolumes and extraVolumeMounts, or upgrade to 1.35" $multicluster.at $kubernetes) }}
{{- end }}
{{- if and (eq (include "wheelwright.manifests" .) "image") (not $hasImageVolumes) }}
{{- fail (printf "knative.manifests.source is 'image', which takes image volumes that Kubernetes %s does not have: set it to 'download', or upgrade to 1.35" $kubernetes) }}
{{- end }}
{{- if and (eq (include "wheelwright.manifests" .) "download") (not .Values.knative.manifests.download) }}
{{- fail (printf "knative.manifests.download is false, and without image volumes (Kubernetes 1.35, this is %s) there is nowhere else to have Knative's releases from: set it to true, or mount the releases by extraVolumes and name them by extraArgs, with knative.manifests.source 'image' where image volumes are switched on" $kubernetes) }}
{{- end }}
{{- $taken := list "access-providers" "cache" "external-scaler-tls" "knative-releases" "kubeconfigs" "tmp" }}
{{- range (concat $multicluster.plugins (.Values.extraVolumes | default list)) }}
{{- if has .name $taken }}
{{- fail (printf "there are two volumes called %q, or the chart has one of that name itself: choose another name in %s.plugins or extraVolumes" .name $multicluster.at) }}
{{- end }}
{{- $taken = append $taken .name }}
{{- end }}
{{- end }}

{{- define "wheelwright.validate.scaling" -}}
{{- range $at, $values := dict "agent" .Values.agent "global" .Values.global }}
{{- $spreading := (($values | default dict).features | default dict).multicluster | default dict }}
{{- if and $spreading.enabled (ne ($spreading.type | default "distributed") "distributed") }}
{{- fail (printf "%s.features.multicluster.type is %q: this chart spreads workloads from the hub, 'distributed', and installs no KEDA on members; set it to 'distributed'" $at $spreading.type) }}
{{- end }}
{{- end }}
{{- $scaling := include "wheelwright.scaling" . | fromJson }}
{{- if and $scaling.hubMember (not (regexMatch "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$" $scaling.hubMember)) }}
{{- fail (printf "scaling.hubMember must be up to 63 lower-case letters, digits and dashes, beginning with a letter, not %q" $scaling.hubMember) }}
{{- end }}
{{- if and $scaling.hubMember (not $scaling.enabled) }}
{{- fail "scaling.hubMember is set, but nothing is spread over members: set scaling.distributedScaledObjects to true, or remove it" }}
{{- end }}
{{- if and .Values.scaling.externalScaler.clientAuthority (not .Values.scaling.externalScaler.tlsSecretName) }}
{{- fail "scaling.externalScaler.clientAuthority needs the Secret of scaling.externalScaler.tlsSecretName: name one with tls.crt, tls.key and ca.crt" }}
{{- end }}
{{- end }}

{{- define "wheelwright.validate.operation" -}}
{{- if and (gt (int .Values.replicas) 1) (has "--disable-ha" (.Values.extraArgs | default list)) }}
{{- fail (printf "extraArgs has --disable-ha, so that %d replicas would all do the same work: set replicas to 1, or remove the flag" (int .Values.replicas)) }}
{{- end }}
{{- $ports := dict "healthPort" .Values.healthPort }}
{{- if .Values.metrics.enabled }}{{ $ports = set $ports "metrics.port" .Values.metrics.port }}{{ end }}
{{- if .Values.scaling.externalScaler.enabled }}{{ $ports = set $ports "scaling.externalScaler.port" .Values.scaling.externalScaler.port }}{{ end }}
{{- range $value, $port := $ports }}
{{- range $other, $same := omit $ports $value }}
{{- if eq (int $port) (int $same) }}
{{- fail (printf "%s and %s are both %d, and one pod cannot listen there twice: choose another port for one of them" $value $other (int $port)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.multicluster.secretLabel (not (regexMatch "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$" .Values.multicluster.secretLabel)) }}
{{- fail (printf "multicluster.secretLabel must be the key of a label, such as example.com/profile, not %q" .Values.multicluster.secretLabel) }}
{{- end }}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) .Values.rbac.create }}
{{- fail "serviceAccount.create is false, and serviceAccount.name is empty: every pod of the namespace would get the operator's rights; name the account" }}
{{- end }}
{{- end }}
