{{/* Pod Security "restricted". 1654 is the account `app` of the images. */}}
{{- define "saliency.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "saliency.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What all pods of the release have in common. */}}
{{- define "saliency.pod" -}}
serviceAccountName: {{ include "saliency.serviceAccount" . }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "saliency.podSecurity" 1654 | nindent 2 }}
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
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
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $.where.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- $.selector | nindent 8 }}
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
  httpGet: {path: /health/started, port: {{ . }}}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 90
readinessProbe:
  httpGet: {path: /health/ready, port: {{ . }}}
  periodSeconds: 3
  timeoutSeconds: 2
  failureThreshold: 2
livenessProbe:
  httpGet: {path: /health/live, port: {{ . }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
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

{{- define "saliency.blobVolume" -}}
{{- if and (eq .Values.storage.kind "cluster") (eq .Values.blobs.kind "pvc") }}
- name: blobs
  persistentVolumeClaim:
    claimName: {{ .Values.blobs.pvc.existingClaim | default (printf "%s-blobs" (include "saliency.fullname" .)) }}
{{- end }}
{{- end -}}
