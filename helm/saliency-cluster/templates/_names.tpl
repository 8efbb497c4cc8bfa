{{- define "saliency.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if or (contains $name .Release.Name) (hasPrefix "saliency" .Release.Name) }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "saliency.serviceAccount" -}}
{{- default (ternary (include "saliency.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* What selects pods: never changes in the life of a release. */}}
{{- define "saliency.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "saliency.labels" -}}
{{ include "saliency.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: saliency-cluster
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The pools with the defaults filled in; the embedded cluster has one in any case. */}}
{{- define "saliency.pools" -}}
{{- $pools := dict -}}
{{- range $name, $pool := .Values.pools }}{{ if not (kindIs "invalid" $pool) }}{{ $_ := set $pools $name (mergeOverwrite (deepCopy $.Values.poolDefaults) $pool) }}{{ end }}{{ end -}}
{{- if and (eq .Values.storage.kind "embedded") (empty $pools) }}{{ $_ := set $pools "default" (deepCopy .Values.poolDefaults) }}{{ end -}}
{{- toJson $pools -}}
{{- end -}}

{{- define "saliency.gateways" -}}
{{- .Values.gateway.replicas | default (ternary 1 2 (eq .Values.storage.kind "embedded")) -}}
{{- end -}}

{{/* The number of gateways that there are at least. */}}
{{- define "saliency.leastGateways" -}}
{{- ternary (toString .Values.gateway.autoscaling.minReplicas) (include "saliency.gateways" .) .Values.gateway.autoscaling.enabled -}}
{{- end -}}

{{- define "saliency.image" -}}
{{- $registry := include "saliency.registry" .root -}}
{{- $repository := ternary .image.repository (printf "%s/%s" $registry .image.repository) (empty $registry) -}}
{{- if .image.digest }}{{ $repository }}@{{ .image.digest }}{{ else }}{{ $repository }}:{{ .image.tag | default (printf "%s%s" .root.Chart.AppVersion (.suffix | default "")) }}{{ end -}}
{{- end -}}

{{- define "saliency.registry" -}}
{{- .Values.images.registry | default .Values.global.imageRegistry | default "" -}}
{{- end -}}

{{/* A registry of one's own stands for the one that the repository names. */}}
{{- define "saliency.trialImage" -}}
{{- $image := .Values.postgresql.trial.image -}}
{{- $registry := include "saliency.registry" . -}}
{{- $repository := ternary $image.repository (printf "%s/%s" $registry (regexReplaceAll "^[^/]*[.:][^/]*/" $image.repository "")) (empty $registry) -}}
{{- $repository }}:{{ $image.tag -}}
{{- end -}}

{{/* The Secret of the certificate: a given one, or the one that cert-manager writes. */}}
{{- define "saliency.tlsSecret" -}}
{{- if .Values.tls.certManager.enabled }}{{ .Values.tls.existingSecret | default (printf "%s-tls" (include "saliency.fullname" .)) }}{{ else }}{{ .Values.tls.existingSecret }}{{ end -}}
{{- end -}}

{{/* Whether pods know each other by certificates: not where all processes share a pod. */}}
{{- define "saliency.siloTls" -}}
{{- if and .Values.siloTls.enabled (eq .Values.storage.kind "cluster") }}true{{ end -}}
{{- end -}}

{{/* The Secret of those certificates: a given one, the one that cert-manager writes, or the chart's own. */}}
{{- define "saliency.siloSecret" -}}
{{- .Values.siloTls.existingSecret | default (printf "%s-silo" (include "saliency.fullname" .)) -}}
{{- end -}}

{{/* The Secret of the connection string. */}}
{{- define "saliency.databaseSecret" -}}
{{- if .Values.postgresql.trial.enabled }}{{ .Values.postgresql.trial.existingSecret | default (printf "%s-postgresql" (include "saliency.fullname" .)) }}{{ else }}{{ .Values.postgresql.existingSecret }}{{ end -}}
{{- end -}}

{{/* Whether anyone outside Kubernetes can reach the gateway. */}}
{{- define "saliency.exposed" -}}
{{- if or .Values.ingress.enabled .Values.gatewayApi.enabled (ne .Values.gateway.service.type "ClusterIP") }}true{{ end -}}
{{- end -}}

{{/* Whether KEDA scales any pool. */}}
{{- define "saliency.keda" -}}
{{- range include "saliency.pools" . | fromJson }}{{ if eq .autoscaling.kind "keda" }}true{{ end }}{{ end -}}
{{- end -}}
