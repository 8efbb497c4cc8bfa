{{/* Takes root, name and pool. */}}
{{- define "saliency.workerContainer" -}}
{{- $gpu := .pool.gpu.enabled -}}
- name: worker
  image: {{ include "saliency.image" (dict "root" .root "image" .pool.image "suffix" (ternary "-cuda" "" $gpu)) }}
  imagePullPolicy: {{ .root.Values.images.pullPolicy }}
  command: [dotnet, SaliencyCluster.Worker.dll]
  workingDir: /app
  envFrom:
    {{- include "saliency.envFrom" (dict "root" .root "owner" .pool) | nindent 4 }}
  env:
    {{- with include "saliency.environment" .root | trim }}{{ . | nindent 4 }}{{ end }}
    {{- if eq .root.Values.storage.kind "embedded" }}
    # Beside the gateway in one pod: its metrics port is taken.
    - name: Saliency__Cluster__MetricsPort
      value: "9465"
    {{- end }}
    - name: Saliency__Worker__Pool
      value: {{ .pool.queue | quote }}
    - name: Saliency__Worker__DrainTime
      value: {{ include "saliency.timeSpan" .pool.drainSeconds }}
    - name: Saliency__Device__ExecutionProvider
      value: {{ ternary .pool.gpu.provider "cpu" $gpu }}
    {{- with .pool.lanes }}
    - name: Saliency__Device__Lanes
      value: {{ int64 . | quote }}
    {{- end }}
    {{- with .pool.memoryBudgetMegabytes }}
    - name: Saliency__Device__MemoryBudgetMegabytes
      value: {{ int64 . | quote }}
    {{- end }}
    {{- with include "saliency.extraEnv" .pool | trim }}{{ . | nindent 4 }}{{ end }}
  ports:
    {{- if eq .root.Values.storage.kind "embedded" }}
    - {name: worker-metrics, containerPort: 9465}
    {{- else }}
    - {name: metrics, containerPort: 9464}
    - {name: silo, containerPort: 11111}
    {{- end }}
  resources:
    {{- $resources := deepCopy .pool.resources }}
    {{- if $gpu }}{{ $_ := set $resources "limits" (merge (dict (include "saliency.gpuResource" .pool) 1) ($resources.limits | default dict)) }}{{ end }}
    {{- toYaml $resources | nindent 4 }}
  securityContext:
    {{- include "saliency.containerSecurity" .root | nindent 4 }}
  {{- include "saliency.probes" (dict "port" (ternary "worker-metrics" "metrics" (eq .root.Values.storage.kind "embedded")) "probes" .pool.probes) | nindent 2 }}
  volumeMounts:
    - name: {{ ternary "worker-scratch" "scratch" (eq .root.Values.storage.kind "embedded") }}
      mountPath: /tmp
    {{- with include "saliency.dataMount" .root | trim }}{{ . | nindent 4 }}{{ end }}
    {{- with .pool.extraVolumeMounts }}{{ toYaml . | nindent 4 }}{{ end }}
    {{- with include "saliency.siloMount" .root | trim }}{{ . | nindent 4 }}{{ end }}
{{- end -}}

{{- define "saliency.gpuResource" -}}
{{- if .gpu.migProfile }}nvidia.com/mig-{{ .gpu.migProfile }}{{ else }}{{ .gpu.resource }}{{ end -}}
{{- end -}}

{{- define "saliency.timeSpan" -}}
{{- $s := int . -}}
{{- printf "%02d:%02d:%02d" (div $s 3600) (div (mod $s 3600) 60) (mod $s 60) | quote -}}
{{- end -}}

{{/* A worker drains, then its silo has 30 s to leave; 10 s of slack. */}}
{{- define "saliency.workerGrace" -}}
{{- add (int .) 40 -}}
{{- end -}}

{{- define "saliency.workerPod" -}}
{{- $labels := printf "app.kubernetes.io/component: worker\nsaliency-cluster/pool: %s" .name -}}
metadata:
  {{- include "saliency.podMetadata" (dict "root" .root "owners" (list .pool) "labels" $labels) | nindent 2 }}
spec:
  {{- include "saliency.pod" .root | nindent 2 }}
  terminationGracePeriodSeconds: {{ include "saliency.workerGrace" .pool.drainSeconds }}
  {{- $selector := printf "%s\napp.kubernetes.io/component: worker\nsaliency-cluster/pool: %s" (include "saliency.selector" .root) .name }}
  {{- with include "saliency.scheduling" (dict "where" .pool "selector" $selector "rolled" (eq .pool.kind "Deployment")) | trim }}{{ . | nindent 2 }}{{ end }}
  {{- with include "saliency.podHooks" (list .pool) | trim }}{{ . | nindent 2 }}{{ end }}
  containers:
    {{- include "saliency.workerContainer" . | nindent 4 }}
    {{- with include "saliency.sidecars" (list .pool) | trim }}{{ . | nindent 4 }}{{ end }}
  volumes:
    - name: scratch
      emptyDir:
        sizeLimit: {{ .pool.scratch }}
    {{- with include "saliency.blobVolume" .root | trim }}{{ . | nindent 4 }}{{ end }}
    {{- with include "saliency.extraVolumes" (list .pool) | trim }}{{ . | nindent 4 }}{{ end }}
    {{- with include "saliency.siloVolume" .root | trim }}{{ . | nindent 4 }}{{ end }}
{{- end -}}
