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
{{- range $name, $pool := .Values.pools }}{{ $_ := set $pools $name (mergeOverwrite (deepCopy $.Values.poolDefaults) ($pool | default dict)) }}{{ end -}}
{{- if and (eq .Values.storage.kind "embedded") (empty $pools) }}{{ $_ := set $pools "default" (deepCopy .Values.poolDefaults) }}{{ end -}}
{{- toJson $pools -}}
{{- end -}}

{{- define "saliency.gateways" -}}
{{- .Values.gateway.replicas | default (ternary 1 2 (eq .Values.storage.kind "embedded")) -}}
{{- end -}}

{{- define "saliency.image" -}}
{{- $repository := ternary .image.repository (printf "%s/%s" .root.Values.images.registry .image.repository) (empty .root.Values.images.registry) -}}
{{- if .image.digest }}{{ $repository }}@{{ .image.digest }}{{ else }}{{ $repository }}:{{ .image.tag | default (printf "%s%s" .root.Chart.AppVersion (.suffix | default "")) }}{{ end -}}
{{- end -}}

{{/* The Secret of the connection string. */}}
{{- define "saliency.databaseSecret" -}}
{{- if .Values.postgresql.trial.enabled }}{{ include "saliency.fullname" . }}-postgresql{{ else }}{{ .Values.postgresql.existingSecret }}{{ end -}}
{{- end -}}

{{/* Whether anyone outside Kubernetes can reach the gateway. */}}
{{- define "saliency.exposed" -}}
{{- if or .Values.ingress.enabled .Values.gatewayApi.enabled (ne .Values.gateway.service.type "ClusterIP") }}true{{ end -}}
{{- end -}}

{{/* Whether KEDA scales any pool. */}}
{{- define "saliency.keda" -}}
{{- range include "saliency.pools" . | fromJson }}{{ if eq .autoscaling.kind "keda" }}true{{ end }}{{ end -}}
{{- end -}}
