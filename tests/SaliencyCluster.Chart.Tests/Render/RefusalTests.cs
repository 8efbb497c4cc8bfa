using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Render;

/// <summary>What cannot work is refused with a code, the reason, and YAML to paste.</summary>
public sealed class RefusalTests
{
    private const string Cluster = "storage: {kind: cluster}\npostgresql: {existingSecret: db}\nblobs: {kind: s3, s3: {bucket: b}}\npools: {cpu: {}}\n";

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "SAL9301", "More than one gateway cannot share SQLite", "gateway: {replicas: 2}", "kind: cluster" },
        { "SAL9301", "2 worker pools cannot share SQLite", "pools: {a: {}, b: {}}", "kind: cluster" },
        { "SAL9301", "pool 'a' wants 2", "pools: {a: {replicas: 2}}", "kind: cluster" },
        { "SAL9301", "pool 'a' is autoscaled", "pools: {a: {autoscaling: {kind: keda}}}", "kind: cluster" },
        { "SAL9302", "does not use it", "postgresql: {existingSecret: db}", "kind: cluster" },
        { "SAL9302", "needs a PostgreSQL database", "storage: {kind: cluster}\npools: {cpu: {}}", "existingSecret: saliency-database" },
        { "SAL9302", "Two databases", Cluster + "postgresql: {existingSecret: db, trial: {enabled: true}}", "enabled: false" },
        { "SAL9303", "every job would wait for ever", Cluster.Replace("pools: {cpu: {}}", "poolDefaults: {autoscaling: {kind: keda}}"), "default: {}" },
        { "SAL9304", "Pool 'g' has GPUs, but its image is built for CPUs ('1.2')", Cluster + "pools: {g: {gpu: {enabled: true}, image: {tag: \"1.2\"}}}", "tag: \"0.1.0-cuda\"" },
        { "SAL9304", "but its image is built for CPUs ('cpu')", Cluster + "pools: {g: {gpu: {enabled: true}, image: {flavor: cpu}}}", "flavor: cuda" },
        { "SAL9304", "MIG profile 1g.10gb", Cluster + "pools: {g: {gpu: {migProfile: 1g.10gb}}}", "enabled: true" },
        { "SAL9305", "no bucket", Cluster.Replace("s3: {bucket: b}", "s3: {}"), "bucket: saliency" },
        { "SAL9305", "ReadWriteOnce volume", Cluster + "blobs: {kind: pvc, pvc: {accessMode: ReadWriteOnce}}", "singleNode: true" },
        { "SAL9306", "Service of type LoadBalancer", "gateway: {service: {type: LoadBalancer}}\napiKeys: {existingSecret: k}", "existingSecret: saliency-tls" },
        { "SAL9306", "Service of type NodePort", "gateway: {service: {type: NodePort}}\napiKeys: {existingSecret: k}", "existingSecret: saliency-tls" },
        { "SAL9306", "Ingress would let everybody read", "ingress: {enabled: true, web: {host: a.example.com}}\napiKeys: {existingSecret: k}", "tlsSecret: saliency-public-tls" },
        { "SAL9306", "Gateway's listeners have no TLS", "gatewayApi: {enabled: true, tlsAtGateway: false, parentRefs: [{name: p}]}\napiKeys: {existingSecret: k}", "tlsAtGateway: true" },
        { "SAL9307", "open to everybody outside",
            "gateway: {service: {type: LoadBalancer}}\ntls: {enabled: true, existingSecret: t}\napiKeys: {generate: false}", "generate: true" },
        { "SAL9307", "reads those of the Secret 'k'", "apiKeys: {existingSecret: k, generate: true}", "generate: null" },
        { "SAL9307", "Tokens need both", "tokens: {issuer: 'https://login.example'}", "audience: saliency" },
        { "SAL9307", "open to everybody outside",
            "ingress: {enabled: true, tlsSecret: t, web: {host: a.example.com}}\napiKeys: {generate: false}", "insecure: true" },
        { "SAL9308", "at least 9 and at most 2", Cluster + "pools: {cpu: {autoscaling: {kind: keda, minReplicas: 9, maxReplicas: 2}}}", "maxReplicas: 9" },
        { "SAL9308", "cannot be scaled to zero by an HPA", Cluster + "pools: {cpu: {autoscaling: {kind: hpa}}}", "minReplicas: 1" },
        { "SAL9308", "Pools 'a' and 'b' serve the queue 'default' and are both autoscaled", Cluster + "pools: {a: {autoscaling: {kind: keda}}, b: {autoscaling: {kind: hpa, minReplicas: 1}}}", "kind: none" },
        { "SAL9309", "could never be updated", Cluster + "pools: {cpu: {update: {maxUnavailable: 0}}}", "maxUnavailable: 1" },
        { "SAL9310", "Pool 'cpu' has no limit", Cluster + "pools: {cpu: {resources: {limits: {memory: null}}}}", "memory: 4Gi" },
        { "SAL9310", "gateway has no limit", Cluster + "gateway: {resources: {limits: {cpu: null}}}", "memory: 2Gi" },
        { "SAL9311", "no certificate is given", "tls: {enabled: true}", "existingSecret: saliency-tls" },
        { "SAL9312", "no host name", "ingress: {enabled: true}", "host: saliency-grpc.example.com" },
        { "SAL9312", "no Gateway is named", "gatewayApi: {enabled: true}", "parentRefs:" },
        { "SAL9312", "by which CA", "gatewayApi: {enabled: true, parentRefs: [{name: p}]}\ntls: {enabled: true, existingSecret: t}", "backendCaConfigMap: saliency-ca" },
        { "SAL9313", "lets no worker go", Cluster + "pools: {cpu: {podDisruptionBudget: {maxUnavailable: 0}}}", "maxUnavailable: 1" },
        { "SAL9313", "lets no worker go", Cluster + "pools: {cpu: {podDisruptionBudget: {maxUnavailable: 0%}}}", "maxUnavailable: 1" },
        { "SAL9313", "keeps 2 of 2 gateways", Cluster + "gateway: {podDisruptionBudget: {minAvailable: 2}}", "minAvailable: 1" },
        { "SAL9313", "keeps 3 of 3 gateways", Cluster + "gateway: {autoscaling: {enabled: true, minReplicas: 3}, podDisruptionBudget: {minAvailable: 3}}", "minAvailable: 2" },
        { "SAL9314", "StatefulSet's name", Cluster + "fullnameOverride: a-name-that-is-thirty-seven-letters-on\npools: {a-pool-of-20-letters: {kind: StatefulSet}}", "fullnameOverride" },
        { "SAL9314", "KEDA refuses more than 54", Cluster + "fullnameOverride: a-name-that-is-thirty-seven-letters-on\npools: {a-pool-of-20-letters: {autoscaling: {kind: keda}}}", "fullnameOverride" },
        { "SAL9315", "pools.cpu.extraEnv sets Saliency__Worker__Pool", Cluster + "pools: {cpu: {extraEnv: {Saliency__Worker__Pool: x}}}", "Saliency__Worker__Pool: null" },
        { "SAL9315", "gateway.extraEnv sets Saliency__Gateway__HttpPort", Cluster + "gateway: {extraEnv: {Saliency__Gateway__HttpPort: \"80\"}}", "Saliency__Gateway__HttpPort: null" },
        { "SAL9315", "labels sets the label app.kubernetes.io/name", "labels: {app.kubernetes.io/name: mine}", "nameOverride" },
        { "SAL9315", "pools.cpu.podLabels sets the label saliency-cluster/pool", Cluster + "pools: {cpu: {podLabels: {saliency-cluster/pool: x}}}", "saliency-cluster/pool: null" },
        { "SAL9316", "would be ignored", "gateway: {nodeSelector: {a: b}}", "default:" },
        { "SAL9301", "cannot be autoscaled", "gateway: {autoscaling: {enabled: true}}", "kind: cluster" },
        { "SAL9308", "At least 5 and at most 3 gateways", Cluster + "gateway: {autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 3}}", "maxReplicas: 5" },
        { "SAL9311", "between pods, but no issuer", Cluster + "siloTls: {certManager: {enabled: true}}", "issuerName" },
        { "SAL9311", "would not be used", Cluster + "siloTls: {enabled: false, existingSecret: s}", "enabled: true" },
        { "SAL9311", "there is one pod", "siloTls: {existingSecret: s}", "existingSecret: \"\"" },
        { "SAL9311", "no issuer is named", "tls: {enabled: true, certManager: {enabled: true}}", "issuerName" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Values_that_cannot_work_are_refused_with_code_reason_and_cure(string code, string reason, string values, string cure)
    {
        var said = Helm.Refusal(Merged(values));
        Assert.Contains($"[{code}] ", said, StringComparison.Ordinal);
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Contains(cure, said[said.IndexOf("Please set:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gateway: {service: {type: LoadBalancer}}\ninsecure: true")]
    [InlineData("ingress: {enabled: true, web: {host: a.example.com}}\ninsecure: true")]
    [InlineData("ingress: {enabled: true, web: {host: a.example.com}}\ninsecure: true\napiKeys: {generate: false}")]
    [InlineData(Cluster + "poolDefaults: {lanes: 2, resources: {limits: {cpu: null}}}")]
    public void A_risk_that_is_accepted_is_not_refused(string values) => Assert.NotEmpty(Helm.Render(values));

    [Fact]
    public void Every_refusal_of_the_templates_is_tested()
    {
        var codes = File.ReadAllText(Path.Combine(Helm.Chart, "templates", "_refusals.tpl")).Split("\"SAL")[1..].Select(part => "SAL" + part[..4]);
        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal),
            Refused.Select(row => row.Data.Item1).Append(AdminKeyTests.Unasked).Distinct().Order(StringComparer.Ordinal));
    }

    // A row overrides keys of the text before it: the later of two equal keys counts.
    private static string Merged(string values)
    {
        var byKey = new Dictionary<string, string>();
        foreach (var line in values.Split('\n', StringSplitOptions.RemoveEmptyEntries)) byKey[line[..line.IndexOf(':')]] = line;
        return string.Join('\n', byKey.Values);
    }
}
