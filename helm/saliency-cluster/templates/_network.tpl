{{- define "saliency.serviceOptions" -}}
type: {{ .Values.gateway.service.type }}
{{- if and (eq .Values.gateway.service.type "LoadBalancer") .Values.gateway.service.loadBalancerSourceRanges }}
loadBalancerSourceRanges:
  {{- toYaml .Values.gateway.service.loadBalancerSourceRanges | nindent 2 }}
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
