{{- define "saliency.gatewayContainer" -}}
- name: gateway
  image: {{ include "saliency.image" (dict "root" . "image" .Values.gateway.image) }}
  imagePullPolicy: {{ .Values.images.pullPolicy }}
  command: [dotnet, SaliencyCluster.Gateway.dll]
  workingDir: /app
  envFrom:
    {{- include "saliency.envFrom" (dict "root" . "owner" .Values.gateway) | nindent 4 }}
  env:
    {{- with include "saliency.environment" . | trim }}{{ . | nindent 4 }}{{ end }}
    - name: Saliency__Gateway__Address
      value: any
    - name: Saliency__Gateway__GrpcPort
      value: "50051"
    - name: Saliency__Gateway__HttpPort
      value: "8080"
    {{- if .Values.tls.enabled }}
    - name: Saliency__Gateway__Certificate
      value: /etc/saliency/tls/tls.crt
    - name: Saliency__Gateway__CertificateKey
      value: /etc/saliency/tls/tls.key
    {{- end }}
    {{- if .Values.apiKeys.existingSecret }}
    - name: Saliency__Gateway__KeysFile
      value: /etc/saliency/keys/{{ .Values.apiKeys.key }}
    {{- end }}
    {{- if and .Values.apiKeys.existingSecret (include "saliency.keda" .) }}
    # KEDA cannot send a key; the NetworkPolicy says who reaches the port.
    - name: Saliency__Scaling__Anonymous
      value: "true"
    {{- end }}
    {{- if not (and .Values.tls.enabled .Values.apiKeys.existingSecret) }}
    # Listening beyond loopback without TLS or keys must be asked for; who gets here is for the NetworkPolicy, and the chart refuses to expose it.
    - name: Saliency__Gateway__Insecure
      value: "true"
    {{- end }}
    {{- if and (not .Values.tls.enabled) (or (and .Values.ingress.enabled .Values.ingress.tlsSecret) (and .Values.gatewayApi.enabled .Values.gatewayApi.tlsAtGateway)) }}
    # Browsers speak TLS with what is before the gateway: the cookie that signs them in is for TLS alone.
    - name: Saliency__Gateway__TlsProxy
      value: "true"
    {{- end }}
    {{- with include "saliency.extraEnv" .Values.gateway | trim }}{{ . | nindent 4 }}{{ end }}
  ports:
    - {name: grpc, containerPort: 50051}
    - {name: web, containerPort: 8080}
    - {name: metrics, containerPort: 9464}
    {{- if eq .Values.storage.kind "cluster" }}
    - {name: silo, containerPort: 11111}
    {{- end }}
  resources:
    {{- toYaml .Values.gateway.resources | nindent 4 }}
  securityContext:
    {{- include "saliency.containerSecurity" . | nindent 4 }}
  {{- include "saliency.probes" (dict "port" "metrics" "probes" .Values.gateway.probes) | nindent 2 }}
  {{- if .Values.gateway.preStopSeconds }}
  lifecycle:
    preStop:
      sleep:
        seconds: {{ .Values.gateway.preStopSeconds }}
  {{- end }}
  volumeMounts:
    - name: scratch
      mountPath: /tmp
    {{- with include "saliency.dataMount" . | trim }}{{ . | nindent 4 }}{{ end }}
    {{- if .Values.tls.enabled }}
    - name: tls
      mountPath: /etc/saliency/tls
      readOnly: true
    {{- end }}
    {{- if .Values.apiKeys.existingSecret }}
    # A directory, not a subPath: only so does a changed Secret reach the running gateway.
    - name: keys
      mountPath: /etc/saliency/keys
      readOnly: true
    {{- end }}
    {{- with .Values.gateway.extraVolumeMounts }}{{ toYaml . | nindent 4 }}{{ end }}
    {{- with include "saliency.siloMount" . | trim }}{{ . | nindent 4 }}{{ end }}
{{- end -}}

{{- define "saliency.gatewayVolumes" -}}
- name: scratch
  emptyDir:
    sizeLimit: {{ .Values.gateway.scratch }}
{{- include "saliency.blobVolume" . }}
{{- if .Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "saliency.tlsSecret" . }}
    defaultMode: 0440
{{- end }}
{{- if .Values.apiKeys.existingSecret }}
- name: keys
  secret:
    secretName: {{ .Values.apiKeys.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{/* preStop, then the process has the drain time that it is told (20 s) and 30 s to leave; 10 s of slack. */}}
{{- define "saliency.gatewayGrace" -}}
{{- add .Values.gateway.preStopSeconds 60 -}}
{{- end -}}
