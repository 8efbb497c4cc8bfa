{{/* Not empty where callers must say who they are. */}}
{{- define "saliency.asksWhoCalls" -}}
{{- or (include "saliency.keysSecret" .) .Values.tokens.issuer -}}
{{- end -}}

{{/* Whether the chart makes a key: it is asked to, or nothing else says who may call and nobody has accepted that. */}}
{{- define "saliency.makesKey" -}}
{{- if kindIs "bool" .Values.apiKeys.generate -}}
{{- if .Values.apiKeys.generate }}true{{ end -}}
{{- else if not (or .Values.apiKeys.existingSecret .Values.tokens.issuer .Values.insecure) }}true{{ end -}}
{{- end -}}

{{/* The Secret of the key that the chart makes. */}}
{{- define "saliency.adminKey" -}}
{{- include "saliency.fullname" . }}-admin-key
{{- end -}}

{{/* The Secret of the file of keys: a given one, or the chart's own; empty where there are no keys. */}}
{{- define "saliency.keysSecret" -}}
{{- if .Values.apiKeys.existingSecret }}{{ .Values.apiKeys.existingSecret }}{{ else if include "saliency.makesKey" . }}{{ include "saliency.adminKey" . }}{{ end -}}
{{- end -}}

{{/* The key of the file in it. */}}
{{- define "saliency.keysFile" -}}
{{- ternary .Values.apiKeys.key "keys.json" (not (empty .Values.apiKeys.existingSecret)) -}}
{{- end -}}

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
    {{- if include "saliency.keysSecret" . }}
    - name: Saliency__Gateway__KeysFile
      value: /etc/saliency/keys/{{ include "saliency.keysFile" . }}
    {{- end }}
    {{- if .Values.tokens.issuer }}
    - name: Saliency__Gateway__Tokens__Issuer
      value: {{ .Values.tokens.issuer | quote }}
    - name: Saliency__Gateway__Tokens__Audience
      value: {{ .Values.tokens.audience | quote }}
    {{- range $name, $value := .Values.tokens.settings }}
    - name: Saliency__Gateway__Tokens__{{ $name }}
      value: {{ $value | quote }}
    {{- end }}
    {{- end }}
    {{- if include "saliency.keda" . }}
    # KEDA can send neither key nor token: it has a port of its own, which answers nothing else and which nothing exposes.
    - name: Saliency__Scaling__Anonymous
      value: "true"
    - name: Saliency__Scaling__Port
      value: "50052"
    {{- end }}
    {{- if not (and .Values.tls.enabled (include "saliency.asksWhoCalls" .)) }}
    # Listening beyond loopback without TLS or without keys and tokens must be asked for; who gets here is for the NetworkPolicy, and the chart refuses to expose it.
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
    {{- if include "saliency.keda" . }}
    - {name: scaler, containerPort: 50052}
    {{- end }}
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
    {{- if include "saliency.keysSecret" . }}
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
{{- with include "saliency.keysSecret" . }}
- name: keys
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    {{- if not $.Values.apiKeys.existingSecret }}
    # Hashes are enough for the gateway: the key itself stays out of the pod.
    items:
      - {key: keys.json, path: keys.json}
    {{- end }}
{{- end }}
{{- end -}}

{{/* preStop, then the process has the drain time that it is told (20 s) and 30 s to leave; 10 s of slack. */}}
{{- define "saliency.gatewayGrace" -}}
{{- add .Values.gateway.preStopSeconds 60 -}}
{{- end -}}
