using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Render;

/// <summary>Each switch of the values does what its comment says.</summary>
public sealed class SwitchTests
{
    private const string Cluster = "storage: {kind: cluster}\npostgresql: {existingSecret: db}\nblobs: {kind: s3, s3: {bucket: b}}\n";

    private const string Tokens =
        "tokens: {issuer: 'https://login.example:8443/realms/x', audience: saliency, settings: {Roles__saliency-admins: admin}}\n";

    private const string Keda = "pools: {a: {autoscaling: {kind: keda}}}\n";

    private const string Trial = "storage: {kind: cluster}\npostgresql: {trial: {enabled: true}}\nblobs: {kind: s3, s3: {bucket: b}}\npools: {a: {}}\n";

    // What to set; the object to look at; the path in it; what is there then ("-": nothing, not even the object where the path is empty).
    public static TheoryData<string, string, string, string> Switches => new()
    {
        { "nameOverride: other", "ConfigMap saliency-settings", "metadata.labels.app\\.kubernetes\\.io/name", "other" },
        { "fullnameOverride: maps", "StatefulSet maps", "metadata.name", "maps" },
        { "labels: {team: vision}", "StatefulSet saliency", "spec.template.metadata.labels.team", "vision" },
        { "storage: {embedded: {size: 3Gi, storageClassName: fast}}", "StatefulSet saliency", "spec.volumeClaimTemplates.0.spec.storageClassName", "fast" },
        { "storage: {embedded: {size: 3Gi}}", "StatefulSet saliency", "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "3Gi" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-gateway", "spec.replicas", "2" },
        { Cluster + "pools: {a: {}}\ngateway: {replicas: 5}", "Deployment saliency-gateway", "spec.replicas", "5" },
        { Cluster + "pools: {a: {}}\ngateway: {replicas: 1}", "PodDisruptionBudget saliency-gateway", "", "-" },
        { Cluster + "pools: {a: {}}\ngateway: {podDisruptionBudget: {enabled: false}}", "PodDisruptionBudget saliency-gateway", "", "-" },
        { Cluster + "pools: {a: {}}\ngateway: {replicas: 3, podDisruptionBudget: {minAvailable: 2}}", "PodDisruptionBudget saliency-gateway", "spec.minAvailable", "2" },
        { Cluster + "pools: {a: {}}\npostgresql: {existingSecret: db, existingSecretKey: dsn}", "Deployment saliency-gateway", "env.Saliency__Cluster__ConnectionString.secretKeyRef.key", "dsn" },
        { Cluster + "pools: {a: {}}\npostgresql: {existingSecret: db, port: 6432}", "NetworkPolicy saliency-members", "spec.egress.2.ports.0.port", "6432" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: pvc, pvc: {existingClaim: mine}}", "Deployment saliency-gateway", "spec.template.spec.volumes.1.persistentVolumeClaim.claimName", "mine" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: pvc, pvc: {existingClaim: mine}}", "PersistentVolumeClaim saliency-blobs", "", "-" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: pvc, pvc: {storageClassName: nfs}}", "PersistentVolumeClaim saliency-blobs", "spec.storageClassName", "nfs" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: s3, s3: {bucket: b, prefix: p/q}}", "ConfigMap saliency-settings", "data.Saliency__Cluster__Blobs", "s3://b/p/q" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: s3, s3: {bucket: b, endpoint: \"http://minio:9000\"}}", "NetworkPolicy saliency-members", "spec.egress.3.ports.0.port", "9000" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: s3, s3: {bucket: b}}", "NetworkPolicy saliency-members", "spec.egress.3.ports.0.port", "443" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: s3, s3: {bucket: b, existingSecret: s}}", "Deployment saliency-worker-a", "env.AWS_ACCESS_KEY_ID.secretKeyRef.name", "s" },
        { "images: {registry: r.example.com/x, pullPolicy: Always}", "StatefulSet saliency", "spec.template.spec.containers.0.image", "r.example.com/x/saliency-cluster/gateway:0.1.0" },
        { "images: {pullPolicy: Always}", "StatefulSet saliency", "spec.template.spec.containers.0.imagePullPolicy", "Always" },
        { "images: {pullSecrets: [a]}", "StatefulSet saliency", "spec.template.spec.imagePullSecrets.0.name", "a" },
        { "gateway: {image: {tag: \"2\"}}", "StatefulSet saliency", "spec.template.spec.containers.0.image", "saliency-cluster/gateway:2" },
        { "gateway: {preStopSeconds: 0}", "StatefulSet saliency", "spec.template.spec.containers.0.lifecycle", "-" },
        { Cluster + "pools: {a: {}}\ngateway: {preStopSeconds: 30}", "Deployment saliency-gateway", "spec.template.spec.terminationGracePeriodSeconds", "90" },
        { "gateway: {service: {grpcPort: 9000}}", "Service saliency-grpc", "spec.ports.0.port", "9000" },
        { "gateway: {service: {webPort: 80}}", "Service saliency-web", "spec.ports.0.port", "80" },
        { "gateway: {service: {annotations: {a: b}}}", "Service saliency-web", "metadata.annotations.a", "b" },
        { "gateway: {extraEnv: {TZ: UTC}}", "StatefulSet saliency", "env.TZ", "UTC" },
        { Cluster + "pools: {a: {}}\ngateway: {topologySpread: {enabled: false}}", "Deployment saliency-gateway", "spec.template.spec.topologySpreadConstraints", "-" },
        { Cluster + "pools: {a: {}}\ngateway: {priorityClassName: high}", "Deployment saliency-gateway", "spec.template.spec.priorityClassName", "high" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-worker-a", "env.Saliency__Worker__Pool", "default" },
        { Cluster + "pools: {a: {queue: night}}", "Deployment saliency-worker-a", "env.Saliency__Worker__Pool", "night" },
        { Cluster + "pools: {a: {queue: night, autoscaling: {kind: keda}}}", "ScaledObject saliency-worker-a", "spec.triggers.0.metadata.pool", "night" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda}}}\napiKeys: {existingSecret: k}", "Deployment saliency-gateway", "env.Saliency__Scaling__Anonymous", "true" },
        { Cluster + Keda, "Deployment saliency-gateway", "env.Saliency__Scaling__Anonymous", "true" },
        { Cluster + Keda, "Deployment saliency-gateway", "env.Saliency__Scaling__Port", "50052" },
        { Cluster + Keda, "ScaledObject saliency-worker-a", "spec.triggers.0.metadata.scalerAddress", "saliency-scaler.maps.svc:50052" },
        { Cluster + Keda + "insecure: true\ngateway: {service: {type: LoadBalancer}}", "Service saliency-scaler",
            "spec.type", "ClusterIP" },
        { Cluster + Keda, "NetworkPolicy saliency-gateway", "spec.ingress.1.ports.0.port", "scaler" },
        { Cluster + Keda, "NetworkPolicy saliency-gateway", "spec.ingress.1.ports.1", "-" },
        { Cluster + Keda + "tls: {enabled: true, certManager: {enabled: true, issuerName: ca}}", "Certificate saliency",
            "spec.dnsNames.3", "saliency-scaler.maps.svc" },
        { Cluster + "pools: {a: {}}\ntls: {enabled: true, certManager: {enabled: true, issuerName: ca}}", "Certificate saliency",
            "spec.dnsNames.3", "-" },
        { Cluster + "pools: {a: {}}", "Service saliency-scaler", "", "-" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-gateway", "env.Saliency__Scaling__Port", "-" },
        { Cluster + "pools: {a: {}}\napiKeys: {existingSecret: k}", "Deployment saliency-gateway", "env.Saliency__Scaling__Anonymous", "-" },
        { "storage: {retention: \"01:00:00\"}", "ConfigMap saliency-settings", "data.Saliency__Cluster__Retention", "01:00:00" },
        { Cluster + "pools: {a: {replicas: 7}}", "Deployment saliency-worker-a", "spec.replicas", "7" },
        { Cluster + "pools: {a: {kind: StatefulSet}}", "StatefulSet saliency-worker-a", "spec.podManagementPolicy", "Parallel" },
        { Cluster + "pools: {a: {drainSeconds: 3600}}", "Deployment saliency-worker-a", "spec.template.spec.terminationGracePeriodSeconds", "3640" },
        { Cluster + "pools: {a: {drainSeconds: 3599}}", "Deployment saliency-worker-a", "env.Saliency__Worker__DrainTime", "00:59:59" },
        { Cluster + "pools: {a: {lanes: 3}}", "Deployment saliency-worker-a", "env.Saliency__Device__Lanes", "3" },
        { Cluster + "pools: {a: {memoryBudgetMegabytes: 16777216}}", "Deployment saliency-worker-a", "env.Saliency__Device__MemoryBudgetMegabytes", "16777216" },
        { Cluster + "poolDefaults: {lanes: 2}\npools: {a: {}}", "Deployment saliency-worker-a", "env.Saliency__Device__Lanes", "2" },
        { Cluster + "pools: {a: {gpu: {enabled: true}}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.image", "saliency-cluster/worker:0.1.0-cuda" },
        { Cluster + "pools: {a: {gpu: {enabled: true}}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.resources.limits.nvidia\\.com/gpu", "1" },
        { Cluster + "pools: {a: {gpu: {enabled: true, migProfile: 2g.20gb}}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.resources.limits.nvidia\\.com/mig-2g\\.20gb", "1" },
        { Cluster + "pools: {a: {gpu: {enabled: true}}}", "Deployment saliency-worker-a", "spec.template.spec.tolerations.0.key", "nvidia.com/gpu" },
        { Cluster + "pools: {a: {gpu: {enabled: true, tolerate: false}}}", "Deployment saliency-worker-a", "spec.template.spec.tolerations", "-" },
        { Cluster + "pools: {a: {gpu: {enabled: true, provider: tensorrt}}}", "Deployment saliency-worker-a", "env.Saliency__Device__ExecutionProvider", "tensorrt" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-worker-a", "env.Saliency__Device__ExecutionProvider", "cpu" },
        { Cluster + "pools: {a: {runtimeClassName: nvidia}}", "Deployment saliency-worker-a", "spec.template.spec.runtimeClassName", "nvidia" },
        { Cluster + "pools: {a: {nodeSelector: {disk: ssd}}}", "Deployment saliency-worker-a", "spec.template.spec.nodeSelector.disk", "ssd" },
        { Cluster + "pools: {a: {update: {maxSurge: 2}}}", "Deployment saliency-worker-a", "spec.strategy.rollingUpdate.maxSurge", "2" },
        { Cluster + "pools: {a: {podDisruptionBudget: {enabled: false}}}", "PodDisruptionBudget saliency-worker-a", "", "-" },
        { Cluster + "pools: {a: {topologySpread: {enabled: true}}}", "Deployment saliency-worker-a", "spec.template.spec.topologySpreadConstraints.1.topologyKey", "topology.kubernetes.io/zone" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda}}}", "ScaledObject saliency-worker-a", "spec.minReplicaCount", "0" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda}}}", "ScaledObject saliency-worker-a",
            "spec.triggers.0.metadata.provider", "cpu" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda, targetDrainSeconds: 60}}}", "ScaledObject saliency-worker-a", "spec.triggers.0.metadata.targetDrainSeconds", "60" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda, scaleDownPodsPerMinute: 4}}}", "ScaledObject saliency-worker-a", "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.0.value", "4" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda}}}", "TriggerAuthentication saliency-gateway", "", "-" },
        { Cluster + "pools: {a: {autoscaling: {kind: keda}}}\ntls: {enabled: true, existingSecret: t}", "TriggerAuthentication saliency-gateway", "spec.secretTargetRef.0.key", "ca.crt" },
        { Cluster + "pools: {a: {autoscaling: {kind: hpa, minReplicas: 2}}}", "HorizontalPodAutoscaler saliency-worker-a", "spec.minReplicas", "2" },
        { "tls: {enabled: true, existingSecret: t}", "StatefulSet saliency", "env.Saliency__Gateway__Certificate", "/etc/saliency/tls/tls.crt" },
        { "tls: {enabled: true, existingSecret: t}", "Service saliency-grpc", "spec.ports.0.appProtocol", "https" },
        { "{}", "Service saliency-grpc", "spec.ports.0.appProtocol", "kubernetes.io/h2c" },
        { "{}", "Secret saliency-admin-key", "metadata.annotations.helm\\.sh/resource-policy", "keep" },
        { "{}", "StatefulSet saliency", "env.Saliency__Gateway__KeysFile", "/etc/saliency/keys/keys.json" },
        { "{}", "StatefulSet saliency", "spec.template.spec.volumes.1.secret.secretName", "saliency-admin-key" },
        { "{}", "StatefulSet saliency", "env.Saliency__Gateway__Insecure", "true" },
        { "tls: {enabled: true, existingSecret: t}", "StatefulSet saliency", "env.Saliency__Gateway__Insecure", "-" },
        { "apiKeys: {generate: false}", "Secret saliency-admin-key", "", "-" },
        { "apiKeys: {generate: false}", "StatefulSet saliency", "env.Saliency__Gateway__KeysFile", "-" },
        { "insecure: true", "Secret saliency-admin-key", "", "-" },
        { "insecure: true", "StatefulSet saliency", "env.Saliency__Gateway__KeysFile", "-" },
        { "insecure: true\napiKeys: {generate: true}", "StatefulSet saliency",
            "env.Saliency__Gateway__KeysFile", "/etc/saliency/keys/keys.json" },
        { "gateway: {service: {type: LoadBalancer}}\ntls: {enabled: true, existingSecret: t}", "Secret saliency-admin-key",
            "type", "Opaque" },
        { Tokens, "Secret saliency-admin-key", "", "-" },
        { Tokens + "apiKeys: {generate: true}", "Secret saliency-admin-key", "type", "Opaque" },
        { "apiKeys: {existingSecret: k}", "Secret saliency-admin-key", "", "-" },
        { "apiKeys: {existingSecret: k, key: f.json}", "StatefulSet saliency", "env.Saliency__Gateway__KeysFile", "/etc/saliency/keys/f.json" },
        { "apiKeys: {existingSecret: k}\ntls: {enabled: true, existingSecret: t}", "StatefulSet saliency", "env.Saliency__Gateway__Insecure", "-" },
        { Tokens + "tls: {enabled: true, existingSecret: t}", "StatefulSet saliency", "env.Saliency__Gateway__Insecure", "-" },
        { Tokens, "StatefulSet saliency", "env.Saliency__Gateway__Tokens__Issuer", "https://login.example:8443/realms/x" },
        { Tokens, "StatefulSet saliency", "env.Saliency__Gateway__Tokens__Audience", "saliency" },
        { Tokens, "StatefulSet saliency", "env.Saliency__Gateway__Tokens__Roles__saliency-admins", "admin" },
        { Tokens, "NetworkPolicy saliency-members", "spec.egress.1.ports.0.port", "8443" },
        { "apiKeys: {existingSecret: k}\ningress: {enabled: true, tlsSecret: t, web: {host: a.example}}", "StatefulSet saliency", "env.Saliency__Gateway__TlsProxy", "true" },
        { "apiKeys: {existingSecret: k}\ntls: {enabled: true, existingSecret: t}\ningress: {enabled: true, tlsSecret: t, web: {host: a.example}}", "StatefulSet saliency", "env.Saliency__Gateway__TlsProxy", "-" },
        { "apiKeys: {existingSecret: k}\ngatewayApi: {enabled: true, parentRefs: [{name: g}], webHostnames: [a.example]}", "StatefulSet saliency", "env.Saliency__Gateway__TlsProxy", "true" },
        { "networkPolicy: {enabled: false}", "NetworkPolicy saliency-members", "", "-" },
        { "networkPolicy: {monitoringNamespace: {a: b}}", "NetworkPolicy saliency-members", "spec.ingress.0.from.0.namespaceSelector.matchLabels.a", "b" },
        { "networkPolicy: {egressPorts: [2049]}", "NetworkPolicy saliency-members", "spec.egress.1.ports.0.port", "2049" },
        { "serviceAccount: {create: false}", "StatefulSet saliency", "spec.template.spec.serviceAccountName", "default" },
        { "serviceAccount: {name: mine, annotations: {role: r}}", "ServiceAccount mine", "metadata.annotations.role", "r" },
        { "telemetry: {otlpEndpoint: \"http://c:4317\"}", "ConfigMap saliency-settings", "data.Saliency__Cluster__OtlpEndpoint", "http://c:4317" },
        { "telemetry: {logs: {level: Debug, format: simple}}", "ConfigMap saliency-settings", "data.Logging__LogLevel__Default", "Debug" },
        { "telemetry: {serviceMonitor: {enabled: true, interval: 5s}}", "ServiceMonitor saliency", "spec.endpoints.1.interval", "5s" },
        { "telemetry: {dashboard: {enabled: true, labels: {d: \"1\"}}}", "ConfigMap saliency-dashboard", "metadata.labels.d", "1" },
        { "settings: {\"Saliency:Gateway:Limits:MaxImagesPerJob\": 2000000}", "ConfigMap saliency-settings", "data.Saliency__Gateway__Limits__MaxImagesPerJob", "2000000" },
        { "podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}", "StatefulSet saliency", "spec.template.spec.securityContext.runAsUser", "-" },
        { "podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}", "StatefulSet saliency", "spec.template.spec.securityContext.runAsNonRoot", "true" },
        { "podSecurityContext: {fsGroup: 7}", "StatefulSet saliency", "spec.template.spec.securityContext.fsGroup", "7" },
        { "securityContext: {runAsUser: 1000650000}", "StatefulSet saliency", "spec.template.spec.containers.1.securityContext.runAsUser", "1000650000" },
        { "extraObjects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}}]", "ConfigMap ca", "metadata.name", "ca" },
        { "extraObjects: [\"{apiVersion: v1, kind: ConfigMap, metadata: {name: '{{ .Release.Name }}-ca'}}\"]", "ConfigMap saliency-ca", "kind", "ConfigMap" },
        { "global: {imageRegistry: r.example.com}", "StatefulSet saliency", "spec.template.spec.containers.1.image", "r.example.com/saliency-cluster/worker:0.1.0" },
        { "global: {imagePullSecrets: [{name: a}]}", "StatefulSet saliency", "spec.template.spec.imagePullSecrets.0.name", "a" },
        { Trial + "images: {registry: r.example.com/x, pullSecrets: [a]}", "StatefulSet saliency-postgresql", "spec.template.spec.containers.0.image", "r.example.com/x/library/postgres:17-bookworm" },
        { Trial + "images: {registry: r.example.com/x, pullSecrets: [a]}", "StatefulSet saliency-postgresql", "spec.template.spec.imagePullSecrets.0.name", "a" },
        { Trial.Replace("enabled: true", "enabled: true, existingSecret: mine"), "Secret saliency-postgresql", "", "-" },
        { Trial.Replace("enabled: true", "enabled: true, existingSecret: mine"), "Deployment saliency-gateway", "env.Saliency__Cluster__ConnectionString.secretKeyRef.name", "mine" },
        { "gateway: {annotations: {reload: \"yes\"}}", "StatefulSet saliency", "metadata.annotations.reload", "yes" },
        { Cluster + "pools: {a: {annotations: {reload: \"yes\"}}}", "Deployment saliency-worker-a", "metadata.annotations.reload", "yes" },
        { Cluster + "pools: {a: {podLabels: {sidecar.istio.io/inject: \"true\"}}}", "Deployment saliency-worker-a", "spec.template.metadata.labels.sidecar\\.istio\\.io/inject", "true" },
        { "gateway: {podLabels: {a: b}}", "StatefulSet saliency", "spec.template.metadata.labels.a", "b" },
        { "pools: {a: {podLabels: {a: b}}}", "StatefulSet saliency", "spec.template.metadata.labels.a", "b" },
        { Cluster + "pools: {a: {extraEnv: {PROXY: {secretKeyRef: {name: s, key: k}}}}}", "Deployment saliency-worker-a", "env.PROXY.secretKeyRef.key", "k" },
        { Cluster + "pools: {a: {envFrom: [{secretRef: {name: s}}]}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.envFrom.1.secretRef.name", "s" },
        { Cluster + "pools: {a: {}}\ngateway: {extraVolumes: [{name: ca, configMap: {name: ca}}], extraVolumeMounts: [{name: ca, mountPath: /ca}]}", "Deployment saliency-gateway", "spec.template.spec.volumes.2.configMap.name", "ca" },
        { Cluster + "pools: {a: {}}\ngateway: {extraVolumes: [{name: ca, configMap: {name: ca}}], extraVolumeMounts: [{name: ca, mountPath: /ca}]}", "Deployment saliency-gateway", "spec.template.spec.containers.0.volumeMounts.2.mountPath", "/ca" },
        { Cluster + "pools: {a: {initContainers: [{name: i, image: x}]}}", "Deployment saliency-worker-a", "spec.template.spec.initContainers.0.name", "i" },
        { Cluster + "pools: {a: {sidecars: [{name: i, image: x}]}}", "Deployment saliency-worker-a", "spec.template.spec.containers.1.name", "i" },
        { Cluster + "pools: {a: {hostAliases: [{ip: 192.0.2.1, hostnames: [db]}]}}", "Deployment saliency-worker-a", "spec.template.spec.hostAliases.0.hostnames.0", "db" },
        { Cluster + "pools: {a: {dnsConfig: {searches: [x.example.com]}}}", "Deployment saliency-worker-a", "spec.template.spec.dnsConfig.searches.0", "x.example.com" },
        { Cluster + "pools: {a: {probes: {startup: {failureThreshold: 300}}}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.startupProbe.failureThreshold", "300" },
        { Cluster + "pools: {a: {probes: {startup: {failureThreshold: 300}}}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.startupProbe.periodSeconds", "2" },
        { "gateway: {probes: {liveness: {timeoutSeconds: 9}}}", "StatefulSet saliency", "spec.template.spec.containers.0.livenessProbe.timeoutSeconds", "9" },
        { Cluster + "pools: {a: {revisionHistoryLimit: 2, minReadySeconds: 5}}", "Deployment saliency-worker-a", "spec.minReadySeconds", "5" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-gateway", "spec.template.spec.topologySpreadConstraints.0.nodeTaintsPolicy", "Honor" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-gateway", "spec.template.spec.topologySpreadConstraints.0.matchLabelKeys.0", "pod-template-hash" },
        { Cluster + "pools: {a: {kind: StatefulSet, topologySpread: {enabled: true}}}", "StatefulSet saliency-worker-a", "spec.template.spec.topologySpreadConstraints.0.matchLabelKeys", "-" },
        { Cluster + "pools: {a: {topologySpread: {enabled: true, constraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]}}}", "Deployment saliency-worker-a", "spec.template.spec.topologySpreadConstraints.0.topologyKey", "rack" },
        { Cluster + "pools: {a: {topologySpread: {enabled: true, constraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]}}}", "Deployment saliency-worker-a", "spec.template.spec.topologySpreadConstraints.0.labelSelector.matchLabels.saliency-cluster/pool", "a" },
        { "gateway: {service: {ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4]}}", "Service saliency-metrics", "spec.ipFamilies.0", "IPv6" },
        { "gateway: {service: {ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4]}}", "Service saliency-grpc", "spec.ipFamilyPolicy", "RequireDualStack" },
        { "insecure: true\ngateway: {service: {type: LoadBalancer, loadBalancerClass: nlb, externalTrafficPolicy: Local}}", "Service saliency-web", "spec.loadBalancerClass", "nlb" },
        { "insecure: true\ngateway: {service: {type: NodePort, grpcNodePort: 30051, webNodePort: 30080}}", "Service saliency-grpc", "spec.ports.0.nodePort", "30051" },
        { Cluster + "pools: {a: {}}\ngateway: {autoscaling: {enabled: true, maxReplicas: 9}}", "HorizontalPodAutoscaler saliency-gateway", "spec.maxReplicas", "9" },
        { Cluster + "pools: {a: {}}\ngateway: {autoscaling: {enabled: true}}", "Deployment saliency-gateway", "spec.replicas", "-" },
        { "tls: {enabled: true, certManager: {enabled: true, issuerName: ca}}", "Certificate saliency", "spec.secretName", "saliency-tls" },
        { "tls: {enabled: true, certManager: {enabled: true, issuerName: ca}}", "StatefulSet saliency", "spec.template.spec.volumes.1.secret.secretName", "saliency-tls" },
        { Cluster + "pools: {a: {}}", "Secret saliency-silo", "type", "kubernetes.io/tls" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-worker-a", "spec.template.spec.volumes.1.secret.secretName", "saliency-silo" },
        { Cluster + "pools: {a: {}}", "Deployment saliency-gateway", "spec.template.spec.volumes.2.secret.secretName", "saliency-silo" },
        { Cluster + "pools: {a: {}}\nsiloTls: {existingSecret: mine}", "Secret saliency-silo", "", "-" },
        { Cluster + "pools: {a: {}}\nsiloTls: {existingSecret: mine}", "Deployment saliency-worker-a", "spec.template.spec.volumes.1.secret.secretName", "mine" },
        { Cluster + "pools: {a: {}}\nsiloTls: {certManager: {enabled: true, issuerName: ca}}", "Certificate saliency-silo", "spec.secretName", "saliency-silo" },
        { Cluster + "pools: {a: {}}\nsiloTls: {certManager: {enabled: true, issuerName: ca}}", "Secret saliency-silo", "", "-" },
        { Cluster + "pools: {a: {}}\nsiloTls: {peerName: silo.maps}", "Deployment saliency-worker-a", "env.Saliency__Cluster__Tls__PeerName", "silo.maps" },
        { Cluster + "pools: {a: {}}\nsiloTls: {enabled: false}", "ConfigMap saliency-settings", "data.Saliency__Cluster__Tls__Required", "false" },
        { Cluster + "pools: {a: {}}\nsiloTls: {enabled: false}", "Secret saliency-silo", "", "-" },
        { "siloTls: {enabled: false}", "ConfigMap saliency-settings", "data.Saliency__Cluster__Tls__Required", "-" },
        { "networkPolicy: {dnsPorts: [5353]}", "NetworkPolicy saliency-members", "spec.egress.0.ports.0.port", "5353" },
        { "networkPolicy: {extraEgress: [{ports: [{port: 9000, protocol: UDP}]}]}", "NetworkPolicy saliency-members", "spec.egress.1.ports.0.protocol", "UDP" },
        { "networkPolicy: {extraIngress: [{ports: [{port: 9000, protocol: UDP}]}]}", "NetworkPolicy saliency-members", "spec.ingress.1.ports.0.port", "9000" },
        { Cluster + "pools: {a: {}}", "NetworkPolicy saliency-members", "spec.egress.4.to.0.ipBlock.cidr", "169.254.170.23/32" },
        { Cluster + "pools: {a: {}}\nblobs: {kind: s3, s3: {bucket: b, existingSecret: s}}", "NetworkPolicy saliency-members", "spec.egress.4", "-" },
        { "telemetry: {serviceMonitor: {enabled: true, scrapeTimeout: 3s, relabelings: [{action: labeldrop, regex: x}]}}", "ServiceMonitor saliency", "spec.endpoints.1.relabelings.0.regex", "x" },
        { Cluster + "pools: {a: null, b: {}}", "Deployment saliency-worker-a", "", "-" },
        { Cluster + "pools: {a: {resources: {limits: {cpu: 1.5, memory: 2Gi, hugepages-2Mi: 4Mi}}}}", "Deployment saliency-worker-a", "spec.template.spec.containers.0.resources.limits.hugepages-2Mi", "4Mi" },
    };

    [Theory, MemberData(nameof(Switches))]
    public void Switch_changes_what_it_says(string values, string name, string path, string expected)
    {
        var byKey = values.Split('\n').GroupBy(line => line.Split(':')[0]).Select(g => g.Last());
        var found = Helm.Render(string.Join('\n', byKey)).SingleOrDefault(m => m.ToString() == name);
        Assert.Equal(expected, found is null ? "-" : At(found, path)?.ToString() ?? "-");
    }

    [Fact]
    public void A_changed_setting_rolls_the_pods_of_gateway_and_workers()
    {
        var sums = new[] { "7.00:00:00", "8.00:00:00" }.Select(level => Helm.Render($"settings: {{\"Saliency:Test\": \"{level}\"}}", "gpu")
            .Where(m => m.PodTemplate is not null).Select(m => m.PodTemplate!["metadata"]!["annotations"]!["checksum/settings"]!.ToString()).Distinct().Single());
        Assert.Equal(2, sums.Distinct().Count());
    }

    private static JsonNode? At(Manifest manifest, string path)
    {
        if (path.StartsWith("env.", StringComparison.Ordinal))
        {
            var steps = path[4..].Split('.');
            var entry = manifest.Containers.SelectMany(c => c["env"]!.AsArray()).FirstOrDefault(e => (string)e!["name"]! == steps[0]);
            return steps.Length == 1 ? entry?["value"] : steps[1..].Aggregate(entry?["valueFrom"], (node, step) => node?[step]);
        }
        return path.Replace("\\.", "\0").Split('.').Select(step => step.Replace('\0', '.'))
            .Aggregate((JsonNode?)manifest.Json, (node, step) => node is JsonArray list ? list.ElementAtOrDefault(int.Parse(step)) : node?[step]);
    }
}
