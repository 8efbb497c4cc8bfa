using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Policy;

/// <summary>What the policies are checked on: the chart without values, every example, and one with every switch turned.</summary>
public static class Rendered
{
    private const string Everything =
        """
        storage: {kind: cluster}
        postgresql: {trial: {enabled: true}}
        tls: {enabled: true, existingSecret: tls}
        apiKeys: {existingSecret: keys}
        images: {registry: registry.example.com, pullSecrets: [registry]}
        labels: {team: vision}
        gateway:
          replicas: 4
          service: {type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24], annotations: {a: b}}
          nodeSelector: {kind: system}
          tolerations: [{key: system, operator: Exists}]
          podAnnotations: {note: here}
          annotations: {reloader: "true"}
          podLabels: {mesh: "on"}
          extraEnv: {TZ: UTC, PROXY: {configMapKeyRef: {name: saliency-settings, key: Saliency__Cluster__Retention}}}
          extraVolumes: [{name: ca, configMap: {name: private-ca}}]
          extraVolumeMounts: [{name: ca, mountPath: /etc/ca, readOnly: true}]
          hostAliases: [{ip: 192.0.2.7, hostnames: [db]}]
          dnsConfig: {options: [{name: ndots, value: "2"}]}
          probes: {startup: {failureThreshold: 300}}
          autoscaling: {enabled: true}
        pools:
          set: {kind: StatefulSet, autoscaling: {kind: keda}}
          zero: {replicas: 0, queue: night, lanes: 1, memoryBudgetMegabytes: 16777216, topologySpread: {enabled: true}}
          gpu:
            image: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
            gpu: {enabled: true, provider: tensorrt}
            queue: night
            autoscaling: {kind: hpa, minReplicas: 1}
            update: {maxUnavailable: 25%, maxSurge: 1}
            extraEnv: {ORT_LOG: "1"}
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms: [{matchExpressions: [{key: gpu, operator: In, values: [a100, h100]}]}]
        ingress: {enabled: true, className: nginx, tlsSecret: public, grpc: {host: g.example.com}, web: {host: w.example.com}}
        gatewayApi: {enabled: true, parentRefs: [{name: public}], backendCaConfigMap: ca}
        networkPolicy: {egressPorts: [2049], clients: [{podSelector: {matchLabels: {client: "yes"}}}], exposedTo: [{ipBlock: {cidr: 192.0.2.0/24}}]}
        telemetry:
          otlpEndpoint: http://collector:4317
          serviceMonitor: {enabled: true, labels: {prometheus: main}}
          prometheusRule: {enabled: true}
          dashboard: {enabled: true}
        settings: {"Saliency:Gateway:Limits:MaxImagesPerJob": 2000000}
        """;

    private static readonly Dictionary<string, Lazy<IReadOnlyList<Manifest>>> Cache = Helm.Examples
        .ToDictionary(name => name, name => new Lazy<IReadOnlyList<Manifest>>(() => Manifest.All(Helm.Template("-f", Helm.Example(name)))))
        .Concat([new("no values", new(() => Manifest.All(Helm.Template()))), new("everything", new(() => Helm.Render(Everything)))])
        .ToDictionary();

    public static TheoryData<string> Names => [.. Cache.Keys];

    internal static IReadOnlyList<Manifest> Of(string name) => Cache[name].Value;

    internal static IEnumerable<Manifest> Workloads(string name) => Of(name).Where(m => m.PodTemplate is not null);
}
