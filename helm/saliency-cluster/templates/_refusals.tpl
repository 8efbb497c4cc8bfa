{{/* Takes a list: code, what is wrong, the values to paste. */}}
{{- define "saliency.refuse" -}}
{{- fail (printf "\n[%s] %s\nPlease set:\n%s\n" (index . 0) (index . 1) (index . 2)) -}}
{{- end -}}

{{/* Takes a list: a container as YAML, the section of its values. Kubernetes refuses an environment that names something twice. */}}
{{- define "saliency.refuseTwice" -}}
{{- $seen := dict -}}
{{- range (first (index . 0 | fromYamlArray)).env -}}
{{- if hasKey $seen .name }}{{ include "saliency.refuse" (list "SAL9315" (printf "%s.extraEnv sets %s, which the chart sets itself." (index $ 1) .name) (printf "%s:\n  extraEnv:\n    %s: null   # the chart has a value of its own for it: see README.md" (index $ 1 | replace "." ":\n  ") .name)) }}{{ end -}}
{{- $_ := set $seen .name true -}}
{{- end -}}
{{- end -}}

{{/* Takes a list: labels, where they are given. What selects pods is the chart's. */}}
{{- define "saliency.refuseLabels" -}}
{{- range $key, $_ := index . 0 -}}
{{- if has $key (list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "saliency-cluster/pool") }}{{ include "saliency.refuse" (list "SAL9315" (printf "%s sets the label %s, by which the chart selects its pods." (index $ 1) $key) (printf "nameOverride: my-name   # app.kubernetes.io/name; the others follow release and pool\n%s:\n  %s: null" (index $ 1 | replace "." ":\n  ") $key)) }}{{ end -}}
{{- end -}}
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

{{- if ne (empty $v.tokens.issuer) (empty $v.tokens.audience) }}{{ include "saliency.refuse" (list "SAL9307" "Tokens need both: who issues them, and for which audience." "tokens:\n  issuer: https://login.example/realms/hospital\n  audience: saliency") }}{{ end -}}
{{- if and $v.apiKeys.existingSecret $v.apiKeys.generate }}{{ include "saliency.refuse" (list "SAL9307" (printf "The chart shall make a key, but the gateway reads those of the Secret '%s'." $v.apiKeys.existingSecret) "apiKeys:\n  generate: null   # a key of role admin is made by: saliency keys create --file keys.json --tenant ops --role admin") }}{{ end -}}
{{- /* An upgrade must neither lock callers out nor open a gateway whose values were forgotten. Without a look at the cluster nothing is known. */ -}}
{{- if and (include "saliency.makesKey" .) (kindIs "invalid" $v.apiKeys.generate) (lookup "v1" "Service" .Release.Namespace (printf "%s-grpc" (include "saliency.fullname" .))) (not (lookup "v1" "Secret" .Release.Namespace (include "saliency.adminKey" .))) }}{{ include "saliency.refuse" (list "SAL9317" (printf "The gateway of '%s' runs without a key of the chart: it is open to everyone who reaches it, or its keys and tokens are missing in these values. From now on it would ask for a new key." (include "saliency.fullname" .)) (printf "apiKeys:\n  generate: true   # close it: callers need the key in the Secret %s, which the chart makes\n# or leave it open:\napiKeys:\n  generate: false\n# or what the values before said:\napiKeys:\n  existingSecret: saliency-keys" (include "saliency.adminKey" .))) }}{{ end -}}
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
{{- if not (and $pool.resources.limits (or $pool.resources.limits.cpu $pool.lanes) $pool.resources.limits.memory) }}{{ include "saliency.refuse" (list "SAL9310" (printf "Pool '%s' has no limit of CPU or memory: lanes and memory budget follow them." $name) (printf "pools:\n  %s:\n    resources:\n      limits: {cpu: \"2\", memory: 4Gi}\n# or, without a limit of CPU, the number of lanes:\npools:\n  %s:\n    lanes: 2" $name $name)) }}{{ end -}}
{{- if and $pool.podDisruptionBudget.enabled (has (toString $pool.podDisruptionBudget.maxUnavailable) (list "0" "0%")) }}{{ include "saliency.refuse" (list "SAL9313" (printf "The disruption budget of pool '%s' lets no worker go: no node that runs one could ever be drained." $name) (printf "pools:\n  %s:\n    podDisruptionBudget:\n      maxUnavailable: 1" $name)) }}{{ end -}}
{{- $full := printf "%s-worker-%s" (include "saliency.fullname" $) $name -}}
{{- if and (not $embedded) (eq $pool.kind "StatefulSet") (gt (len $full) 52) }}{{ include "saliency.refuse" (list "SAL9314" (printf "The StatefulSet's name '%s' has %d letters; its pods could not be made, since a label of theirs holds the name and 11 more." $full (len $full)) "fullnameOverride: saliency   # release, pool and `-worker-` together: at most 52 letters") }}{{ end -}}
{{- if and (eq $scale.kind "keda") (gt (len $full) 54) }}{{ include "saliency.refuse" (list "SAL9314" (printf "The ScaledObject's name '%s' has %d letters; KEDA refuses more than 54, since its HPA is named after it." $full (len $full)) "fullnameOverride: saliency   # release, pool and `-worker-` together: at most 54 letters") }}{{ end -}}
{{- include "saliency.refuseTwice" (list (include "saliency.workerContainer" (dict "root" $ "name" $name "pool" $pool)) (printf "pools.%s" $name)) -}}
{{- include "saliency.refuseLabels" (list $pool.podLabels (printf "pools.%s.podLabels" $name)) -}}
{{- end -}}
{{- include "saliency.refuseTwice" (list (include "saliency.gatewayContainer" .) "gateway") -}}
{{- include "saliency.refuseLabels" (list $v.labels "labels") -}}
{{- include "saliency.refuseLabels" (list $v.gateway.podLabels "gateway.podLabels") -}}
{{- $least := include "saliency.leastGateways" . | int -}}
{{- if and (not $embedded) $v.gateway.podDisruptionBudget.enabled (gt $least 1) (ge (int $v.gateway.podDisruptionBudget.minAvailable) $least) }}{{ include "saliency.refuse" (list "SAL9313" (printf "The disruption budget keeps %d of %d gateways: no node that runs one could ever be drained." (int $v.gateway.podDisruptionBudget.minAvailable) $least) (printf "gateway:\n  podDisruptionBudget:\n    minAvailable: %d" (sub $least 1))) }}{{ end -}}
{{- $hpa := $v.gateway.autoscaling -}}
{{- if and $hpa.enabled (gt (int $hpa.minReplicas) (int $hpa.maxReplicas)) }}{{ include "saliency.refuse" (list "SAL9308" (printf "At least %d and at most %d gateways are wanted." (int $hpa.minReplicas) (int $hpa.maxReplicas)) (printf "gateway:\n  autoscaling:\n    minReplicas: %d\n    maxReplicas: %d" (int $hpa.maxReplicas) (int $hpa.minReplicas))) }}{{ end -}}
{{- if and $embedded $hpa.enabled }}{{ include "saliency.refuse" (list "SAL9301" "Storage 'embedded' has exactly one gateway, which cannot be autoscaled." $toCluster) }}{{ end -}}
{{- if and $embedded (or $v.gateway.nodeSelector $v.gateway.tolerations $v.gateway.affinity $v.gateway.priorityClassName) }}{{ include "saliency.refuse" (list "SAL9316" "With storage 'embedded' gateway and worker share a pod, which is placed by the values of its pool; those of the gateway would be ignored." "pools:\n  default:\n    nodeSelector: {}   # and tolerations, affinity, priorityClassName\ngateway:\n  nodeSelector: null\n  tolerations: null\n  affinity: null\n  priorityClassName: \"\"") }}{{ end -}}
{{- if not (and $v.gateway.resources.limits $v.gateway.resources.limits.cpu $v.gateway.resources.limits.memory) }}{{ include "saliency.refuse" (list "SAL9310" "The gateway has no limit of CPU or memory." "gateway:\n  resources:\n    limits: {cpu: \"2\", memory: 2Gi}") }}{{ end -}}

{{- if and $v.tls.enabled $v.tls.certManager.enabled (not $v.tls.certManager.issuerName) }}{{ include "saliency.refuse" (list "SAL9311" "cert-manager shall make the certificate, but no issuer is named." "tls:\n  certManager:\n    issuerKind: ClusterIssuer\n    issuerName: letsencrypt") }}{{ end -}}
{{- if and $v.tls.enabled (not $v.tls.certManager.enabled) (not $v.tls.existingSecret) }}{{ include "saliency.refuse" (list "SAL9311" "TLS is on, but no certificate is given." "tls:\n  existingSecret: saliency-tls   # kubectl create secret tls saliency-tls --cert=tls.crt --key=tls.key") }}{{ end -}}
{{- if and $v.siloTls.enabled $v.siloTls.certManager.enabled (not $v.siloTls.certManager.issuerName) }}{{ include "saliency.refuse" (list "SAL9311" "cert-manager shall make the certificate between pods, but no issuer is named." "siloTls:\n  certManager:\n    issuerKind: Issuer\n    issuerName: saliency-silos   # a private CA of this cluster alone") }}{{ end -}}
{{- if and (not $v.siloTls.enabled) (or $v.siloTls.existingSecret $v.siloTls.certManager.enabled) }}{{ include "saliency.refuse" (list "SAL9311" "A certificate between pods is given, but it would not be used." "siloTls:\n  enabled: true") }}{{ end -}}
{{- if and $embedded (or $v.siloTls.existingSecret $v.siloTls.certManager.enabled) }}{{ include "saliency.refuse" (list "SAL9311" "A certificate between pods is given, but with storage 'embedded' there is one pod." "siloTls:\n  existingSecret: \"\"\n  certManager:\n    enabled: false") }}{{ end -}}
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
{{- if not (include "saliency.asksWhoCalls" .) }}{{ include "saliency.refuse" (list "SAL9307" "The gateway would be open to everybody outside: there are neither API keys nor tokens." "apiKeys:\n  generate: true   # the chart makes a key of role admin\n# or keys of your own:\napiKeys:\n  existingSecret: saliency-keys   # saliency keys create --file keys.json ...; kubectl create secret generic saliency-keys --from-file=keys.json\n# or an identity provider:\ntokens:\n  issuer: https://login.example/realms/hospital\n  audience: saliency\n# or accept the risk:\ninsecure: true") }}{{ end -}}
{{- end -}}
{{- end -}}
