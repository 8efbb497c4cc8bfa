{{/* Takes a list: code, what is wrong, the values to paste. */}}
{{- define "saliency.refuse" -}}
{{- fail (printf "\n[%s] %s\nPlease set:\n%s\n" (index . 0) (index . 1) (index . 2)) -}}
{{- end -}}

{{- define "saliency.refusals" -}}
{{- $v := .Values -}}
{{- $pools := include "saliency.pools" . | fromJson -}}
{{- $embedded := eq $v.storage.kind "embedded" -}}
{{- $toCluster := "storage:\n  kind: cluster\npostgresql:\n  existingSecret: saliency-database   # kubectl create secret generic saliency-database --from-literal=connection-string='Host=...;Username=...;Password=...;Database=...'" -}}

{{- if $embedded -}}
{{- if gt (include "saliency.gateways" . | int) 1 }}{{ include "saliency.refuse" (list "SAL9301" "More than one gateway cannot share SQLite on a volume." $toCluster) }}{{ end -}}
{{- if gt (len $pools) 1 }}{{ include "saliency.refuse" (list "SAL9301" (printf "%d worker pools cannot share SQLite on a volume." (len $pools)) $toCluster) }}{{ end -}}
{{- range $name, $pool := $pools -}}
{{- if ne (int $pool.replicas) 1 }}{{ include "saliency.refuse" (list "SAL9301" (printf "Storage 'embedded' has exactly one worker, but pool '%s' wants %d." $name (int $pool.replicas)) $toCluster) }}{{ end -}}
{{- if ne $pool.autoscaling.kind "none" }}{{ include "saliency.refuse" (list "SAL9301" (printf "Storage 'embedded' has exactly one worker, but pool '%s' is autoscaled." $name) $toCluster) }}{{ end -}}
{{- end -}}
{{- if or $v.postgresql.existingSecret $v.postgresql.trial.enabled }}{{ include "saliency.refuse" (list "SAL9302" "A PostgreSQL database is given, but storage 'embedded' does not use it." "storage:\n  kind: cluster") }}{{ end -}}
{{- else -}}
{{- if and (not $v.postgresql.existingSecret) (not $v.postgresql.trial.enabled) }}{{ include "saliency.refuse" (list "SAL9302" "Storage 'cluster' needs a PostgreSQL database." "postgresql:\n  existingSecret: saliency-database   # kubectl create secret generic saliency-database --from-literal=connection-string='Host=...;Username=...;Password=...;Database=...'\n# or, for a trial:\npostgresql:\n  trial:\n    enabled: true") }}{{ end -}}
{{- if and $v.postgresql.existingSecret $v.postgresql.trial.enabled }}{{ include "saliency.refuse" (list "SAL9302" "Two databases are given: an existing one and the trial." "postgresql:\n  trial:\n    enabled: false") }}{{ end -}}
{{- if empty $pools }}{{ include "saliency.refuse" (list "SAL9303" "There is no worker pool, so every job would wait for ever (autoscaling scales pools, it does not make them)." "pools:\n  default: {}") }}{{ end -}}
{{- if and (eq $v.blobs.kind "s3") (not $v.blobs.s3.bucket) }}{{ include "saliency.refuse" (list "SAL9305" "Blobs go to S3, but no bucket is named." "blobs:\n  s3:\n    bucket: saliency") }}{{ end -}}
{{- if and (eq $v.blobs.kind "pvc") (not $v.blobs.pvc.existingClaim) (eq $v.blobs.pvc.accessMode "ReadWriteOnce") (not $v.blobs.pvc.singleNode) }}{{ include "saliency.refuse" (list "SAL9305" "A ReadWriteOnce volume can be mounted on one node only, but the pods may run on several." "blobs:\n  pvc:\n    accessMode: ReadWriteMany   # with a storage class that offers it\n# or, where there is only one node:\nblobs:\n  pvc:\n    singleNode: true") }}{{ end -}}
{{- end -}}

{{- $scaled := dict -}}
{{- range $name, $pool := $pools -}}
{{- if ne $pool.autoscaling.kind "none" -}}
{{- if hasKey $scaled $pool.queue }}{{ include "saliency.refuse" (list "SAL9308" (printf "Pools '%s' and '%s' serve the queue '%s' and are both autoscaled: each would start workers for all of its work." (get $scaled $pool.queue) $name $pool.queue) (printf "pools:\n  %s:\n    autoscaling:\n      kind: none" (get $scaled $pool.queue))) }}{{ end -}}
{{- $_ := set $scaled $pool.queue $name -}}
{{- end -}}
{{- $flavor := $pool.image.flavor | default (ternary (ternary "cuda" (ternary "cuda" "cpu" (regexMatch "(?i)(cuda|gpu)" $pool.image.tag)) (empty $pool.image.tag)) (ternary "cuda" "cpu" (regexMatch "(?i)(cuda|gpu)" $pool.image.tag)) $pool.gpu.enabled) -}}
{{- if and $pool.gpu.enabled (ne $flavor "cuda") }}{{ include "saliency.refuse" (list "SAL9304" (printf "Pool '%s' has GPUs, but its image is built for CPUs ('%s'): it would refuse to start." $name ($pool.image.tag | default $pool.image.flavor)) (printf "pools:\n  %s:\n    image:\n      tag: %q   # built with --build-arg FLAVOR=gpu\n      flavor: cuda" $name (printf "%s-cuda" $.Chart.AppVersion))) }}{{ end -}}
{{- if and (not $pool.gpu.enabled) $pool.gpu.migProfile }}{{ include "saliency.refuse" (list "SAL9304" (printf "Pool '%s' names the MIG profile %s, but has no GPUs." $name $pool.gpu.migProfile) (printf "pools:\n  %s:\n    gpu:\n      enabled: true" $name)) }}{{ end -}}
{{- $scale := $pool.autoscaling -}}
{{- if and (ne $scale.kind "none") (gt (int $scale.minReplicas) (int $scale.maxReplicas)) }}{{ include "saliency.refuse" (list "SAL9308" (printf "Pool '%s' wants at least %d and at most %d workers." $name (int $scale.minReplicas) (int $scale.maxReplicas)) (printf "pools:\n  %s:\n    autoscaling:\n      minReplicas: %d\n      maxReplicas: %d" $name (int $scale.maxReplicas) (int $scale.minReplicas))) }}{{ end -}}
{{- if and (eq $scale.kind "hpa") (lt (int $scale.minReplicas) 1) }}{{ include "saliency.refuse" (list "SAL9308" (printf "Pool '%s' cannot be scaled to zero by an HPA." $name) (printf "pools:\n  %s:\n    autoscaling:\n      minReplicas: 1\n# or\npools:\n  %s:\n    autoscaling:\n      kind: keda" $name $name)) }}{{ end -}}
{{- if and (eq (toString $pool.update.maxUnavailable) "0") (eq (toString $pool.update.maxSurge) "0") }}{{ include "saliency.refuse" (list "SAL9309" (printf "Pool '%s' could never be updated: no worker may be missing, and none may be there beside the wanted ones." $name) (printf "pools:\n  %s:\n    update:\n      maxUnavailable: 1" $name)) }}{{ end -}}
{{- if not (and $pool.resources.limits $pool.resources.limits.cpu $pool.resources.limits.memory) }}{{ include "saliency.refuse" (list "SAL9310" (printf "Pool '%s' has no limit of CPU or memory: lanes and memory budget follow them." $name) (printf "pools:\n  %s:\n    resources:\n      limits: {cpu: \"2\", memory: 4Gi}" $name)) }}{{ end -}}
{{- end -}}
{{- if not (and $v.gateway.resources.limits $v.gateway.resources.limits.cpu $v.gateway.resources.limits.memory) }}{{ include "saliency.refuse" (list "SAL9310" "The gateway has no limit of CPU or memory." "gateway:\n  resources:\n    limits: {cpu: \"2\", memory: 2Gi}") }}{{ end -}}

{{- if and $v.tls.enabled (not $v.tls.existingSecret) }}{{ include "saliency.refuse" (list "SAL9311" "TLS is on, but no certificate is given." "tls:\n  existingSecret: saliency-tls   # kubectl create secret tls saliency-tls --cert=tls.crt --key=tls.key") }}{{ end -}}
{{- if and $v.ingress.enabled (not $v.ingress.grpc.host) (not $v.ingress.web.host) }}{{ include "saliency.refuse" (list "SAL9312" "An Ingress is asked for, but no host name is given." "ingress:\n  grpc:\n    host: saliency-grpc.example.com\n  web:\n    host: saliency.example.com") }}{{ end -}}
{{- if and $v.gatewayApi.enabled (empty $v.gatewayApi.parentRefs) }}{{ include "saliency.refuse" (list "SAL9312" "Routes are asked for, but no Gateway is named that serves them." "gatewayApi:\n  parentRefs:\n    - name: public\n      namespace: gateways") }}{{ end -}}
{{- if and $v.gatewayApi.enabled $v.tls.enabled (not $v.gatewayApi.backendCaConfigMap) }}{{ include "saliency.refuse" (list "SAL9312" "The pods serve TLS, but it is not said by which CA the Gateway shall trust them." "gatewayApi:\n  backendCaConfigMap: saliency-ca   # kubectl create configmap saliency-ca --from-file=ca.crt") }}{{ end -}}

{{- if and (include "saliency.exposed" .) (not $v.insecure) -}}
{{- $service := and (ne $v.gateway.service.type "ClusterIP") (not $v.tls.enabled) -}}
{{- $ingress := and $v.ingress.enabled (not $v.ingress.tlsSecret) -}}
{{- $route := and $v.gatewayApi.enabled (not $v.gatewayApi.tlsAtGateway) -}}
{{- if $service }}{{ include "saliency.refuse" (list "SAL9306" (printf "A Service of type %s would let everybody read what is sent: there is no TLS." $v.gateway.service.type) "tls:\n  enabled: true\n  existingSecret: saliency-tls   # kubectl create secret tls saliency-tls --cert=tls.crt --key=tls.key\n# or accept the risk:\ninsecure: true") }}{{ end -}}
{{- if $ingress }}{{ include "saliency.refuse" (list "SAL9306" "The Ingress would let everybody read what is sent: it has no certificate." "ingress:\n  tlsSecret: saliency-public-tls\n# or accept the risk:\ninsecure: true") }}{{ end -}}
{{- if $route }}{{ include "saliency.refuse" (list "SAL9306" "The routes would let everybody read what is sent: the Gateway's listeners have no TLS." "gatewayApi:\n  tlsAtGateway: true\n# or accept the risk:\ninsecure: true") }}{{ end -}}
{{- if not $v.apiKeys.existingSecret }}{{ include "saliency.refuse" (list "SAL9307" "The gateway would be open to everybody outside: there are no API keys." "apiKeys:\n  existingSecret: saliency-keys   # saliency keys create --file keys.json ...; kubectl create secret generic saliency-keys --from-file=keys.json\n# or accept the risk:\ninsecure: true") }}{{ end -}}
{{- end -}}
{{- end -}}
