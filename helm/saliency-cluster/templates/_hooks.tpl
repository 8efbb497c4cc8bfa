{{/* What values add to pods that the chart makes. `owner` is the gateway's section, a pool, or (embedded) both in one list `owners`. */}}

{{- define "saliency.extraEnv" -}}
{{- range $name, $value := .extraEnv }}
- name: {{ $name }}
  {{- if kindIs "map" $value }}
  valueFrom:
    {{- toYaml $value | nindent 4 }}
  {{- else }}
  value: {{ $value | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Takes root and owner. */}}
{{- define "saliency.envFrom" -}}
- configMapRef:
    name: {{ include "saliency.fullname" .root }}-settings
{{- with .owner.envFrom }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Metadata of a pod template. Without the chart's version: a new chart that changes no pod must restart none. Takes root, owners and labels. */}}
{{- define "saliency.podMetadata" -}}
labels:
  {{- include "saliency.selector" .root | nindent 2 }}
  app.kubernetes.io/part-of: saliency-cluster
  {{- with .root.Values.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- range .owners }}
  {{- with .podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
  {{- .labels | nindent 2 }}
annotations:
  checksum/settings: {{ include "saliency.settings" .root | sha256sum }}
  {{- range .owners }}
  {{- with .podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* Takes owners. */}}
{{- define "saliency.podHooks" -}}
{{- $init := list }}{{ $aliases := list }}{{ $dns := dict }}
{{- range . }}{{ $init = concat $init .initContainers }}{{ $aliases = concat $aliases .hostAliases }}{{ $dns = mergeOverwrite $dns (deepCopy .dnsConfig) }}{{ end }}
{{- with $aliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $dns }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $init }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "saliency.sidecars" -}}
{{- range . }}
{{- with .sidecars }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "saliency.extraVolumes" -}}
{{- range . }}
{{- with .extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "saliency.annotations" -}}
{{- with . }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
