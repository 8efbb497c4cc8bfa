{{/* Pod Security "restricted" unless the values say otherwise. 1654 is the account `app` of the images. */}}
{{- define "saliency.podSecurity" -}}
{{- toYaml .Values.podSecurityContext -}}
{{- end -}}

{{- define "saliency.containerSecurity" -}}
{{- toYaml .Values.securityContext -}}
{{- end -}}

{{/* What all pods of the release have in common. */}}
{{- define "saliency.pod" -}}
serviceAccountName: {{ include "saliency.serviceAccount" . }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "saliency.podSecurity" . | nindent 2 }}
{{- include "saliency.pullSecrets" . }}
{{- end -}}

{{- define "saliency.pullSecrets" -}}
{{- with .Values.images.pullSecrets | default .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Where pods run: nodes, spread, priority. */}}
{{- define "saliency.scheduling" -}}
{{- with .where.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .where.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .where.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .where.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $tolerations := .where.tolerations }}
{{- if and .where.gpu .where.gpu.enabled .where.gpu.tolerate }}
{{- $tolerations = append $tolerations (dict "key" "nvidia.com/gpu" "operator" "Exists" "effect" "NoSchedule") }}
{{- end }}
{{- with $tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .where.topologySpread.enabled }}
topologySpreadConstraints:
  {{- if .where.topologySpread.constraints }}
  {{- range .where.topologySpread.constraints }}
  - {{ toYaml (merge (deepCopy .) (dict "labelSelector" (dict "matchLabels" ($.selector | fromYaml)))) | nindent 4 | trim }}
  {{- end }}
  {{- else }}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $.where.topologySpread.whenUnsatisfiable }}
    # A node whose taints keep these pods away is no place where one is missing.
    nodeTaintsPolicy: Honor
    {{- if $.rolled }}
    # Each revision is spread by itself: the old pods of an update do not count.
    matchLabelKeys: [pod-template-hash]
    {{- end }}
    labelSelector:
      matchLabels:
        {{- $.selector | nindent 8 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Environment of every process: what all share, and what only Kubernetes knows. */}}
{{- define "saliency.environment" -}}
{{- if eq .Values.storage.kind "cluster" }}
- name: Saliency__Cluster__Name
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: Saliency__Cluster__Address
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: Saliency__Cluster__ConnectionString
  valueFrom:
    secretKeyRef:
      name: {{ include "saliency.databaseSecret" . }}
      key: {{ ternary "connection-string" .Values.postgresql.existingSecretKey .Values.postgresql.trial.enabled }}
{{- if include "saliency.siloTls" . }}
- name: Saliency__Cluster__Tls__Certificate
  value: /etc/saliency/silo/tls.crt
- name: Saliency__Cluster__Tls__CertificateKey
  value: /etc/saliency/silo/tls.key
- name: Saliency__Cluster__Tls__Authorities
  value: /etc/saliency/silo/ca.crt
- name: Saliency__Cluster__Tls__PeerName
  value: {{ .Values.siloTls.peerName }}
{{- end }}
{{- if and (eq .Values.blobs.kind "s3") .Values.blobs.s3.existingSecret }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.blobs.s3.existingSecret }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Startup: has it ever joined. Ready: is it a member that is not leaving. Live: does the process answer at all. */}}
{{- define "saliency.probes" -}}
startupProbe:
  httpGet: {path: /health/started, port: {{ .port }}}
  {{- toYaml (mergeOverwrite (dict "periodSeconds" 2 "timeoutSeconds" 2 "failureThreshold" 90) .probes.startup) | nindent 2 }}
readinessProbe:
  httpGet: {path: /health/ready, port: {{ .port }}}
  {{- toYaml (mergeOverwrite (dict "periodSeconds" 3 "timeoutSeconds" 2 "failureThreshold" 2) .probes.readiness) | nindent 2 }}
livenessProbe:
  httpGet: {path: /health/live, port: {{ .port }}}
  {{- toYaml (mergeOverwrite (dict "periodSeconds" 10 "timeoutSeconds" 5 "failureThreshold" 6) .probes.liveness) | nindent 2 }}
{{- end -}}

{{- define "saliency.dataMount" -}}
{{- if eq .Values.storage.kind "embedded" }}
- name: data
  mountPath: /var/lib/saliency
{{- else if eq .Values.blobs.kind "pvc" }}
- name: blobs
  mountPath: /var/lib/saliency/blobs
{{- end }}
{{- end -}}

{{- define "saliency.siloMount" -}}
{{- if include "saliency.siloTls" . }}
# A directory, not a subPath: only so does a renewed certificate reach the running pod.
- name: silo-tls
  mountPath: /etc/saliency/silo
  readOnly: true
{{- end }}
{{- end -}}

{{- define "saliency.siloVolume" -}}
{{- if include "saliency.siloTls" . }}
- name: silo-tls
  secret:
    secretName: {{ include "saliency.siloSecret" . }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{- define "saliency.blobVolume" -}}
{{- if and (eq .Values.storage.kind "cluster") (eq .Values.blobs.kind "pvc") }}
- name: blobs
  persistentVolumeClaim:
    claimName: {{ .Values.blobs.pvc.existingClaim | default (printf "%s-blobs" (include "saliency.fullname" .)) }}
{{- end }}
{{- end -}}
