{{- define "saliency.settings" -}}
DOTNET_EnableDiagnostics: "0"
Logging__Console__FormatterName: {{ .Values.telemetry.logs.format }}
Logging__LogLevel__Default: {{ .Values.telemetry.logs.level }}
Saliency__Cluster__ClusterId: {{ include "saliency.fullname" . }}
Saliency__Cluster__Storage: {{ .Values.storage.kind }}
Saliency__Cluster__DataDirectory: /var/lib/saliency
{{- if eq .Values.storage.kind "cluster" }}
Saliency__Cluster__SiloPort: "11111"
{{- if not (include "saliency.siloTls" .) }}
Saliency__Cluster__Tls__Required: "false"
{{- end }}
{{- if eq .Values.blobs.kind "pvc" }}
Saliency__Cluster__Blobs: /var/lib/saliency/blobs
{{- else }}
Saliency__Cluster__Blobs: {{ printf "s3://%s/%s" .Values.blobs.s3.bucket .Values.blobs.s3.prefix | trimSuffix "/" }}
{{- with .Values.blobs.s3.endpoint }}
Saliency__Cluster__S3__Endpoint: {{ . }}
{{- end }}
Saliency__Cluster__S3__Region: {{ .Values.blobs.s3.region }}
{{- if not (kindIs "invalid" .Values.blobs.s3.pathStyle) }}
Saliency__Cluster__S3__PathStyle: {{ .Values.blobs.s3.pathStyle | quote }}
{{- end }}
{{- end }}
{{- end }}
Saliency__Cluster__Retention: {{ .Values.storage.retention | quote }}
Saliency__Cluster__MetricsAddress: any
Saliency__Cluster__MetricsPort: "9464"
{{- with .Values.telemetry.otlpEndpoint }}
Saliency__Cluster__OtlpEndpoint: {{ . }}
{{- end }}
{{- range $key, $value := .Values.settings }}
{{ $key | replace ":" "__" }}: {{ (kindIs "float64" $value) | ternary (int64 $value) $value | quote }}
{{- end }}
{{- end -}}
