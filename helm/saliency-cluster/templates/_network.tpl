{{- define "saliency.serviceOptions" -}}
type: {{ .Values.gateway.service.type }}
{{- include "saliency.families" . }}
{{- with .Values.gateway.service.externalTrafficPolicy }}
externalTrafficPolicy: {{ . }}
{{- end }}
{{- if and (eq .Values.gateway.service.type "LoadBalancer") .Values.gateway.service.loadBalancerClass }}
loadBalancerClass: {{ .Values.gateway.service.loadBalancerClass }}
{{- end }}
{{- if and (eq .Values.gateway.service.type "LoadBalancer") .Values.gateway.service.loadBalancerSourceRanges }}
loadBalancerSourceRanges:
  {{- toYaml .Values.gateway.service.loadBalancerSourceRanges | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Address families, of every Service alike. */}}
{{- define "saliency.families" -}}
{{- with .Values.gateway.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .Values.gateway.service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "saliency.metricsRule" -}}
- from:
    - namespaceSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.monitoringNamespace | nindent 10 }}
  ports:
    - {port: metrics, protocol: TCP}
    {{- if eq .Values.storage.kind "embedded" }}
    - {port: worker-metrics, protocol: TCP}
    {{- end }}
{{- end -}}

{{/* The port of an address. */}}
{{- define "saliency.portOf" -}}
{{- $url := urlParse (default "https://s3" .) -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- default (ternary "80" "443" (eq $url.scheme "http")) $port -}}
{{- end -}}
