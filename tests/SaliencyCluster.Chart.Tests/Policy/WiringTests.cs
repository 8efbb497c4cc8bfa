using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Policy;

/// <summary>What refers to something else refers to something that is there.</summary>
public sealed class WiringTests
{
    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Selectors_match_their_own_pods_and_no_others(string values)
    {
        foreach (var workload in Rendered.Workloads(values))
            Assert.Equal([workload.Name], Selected(values, workload.Spec["selector"]!["matchLabels"]!).Select(w => w.Name));
    }

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Services_select_pods_that_have_their_ports(string values)
    {
        foreach (var service in Rendered.Of(values).Where(m => m.Kind == "Service"))
        {
            var pods = Selected(values, service.Spec["selector"]!).ToList();
            Assert.NotEmpty(pods);
            foreach (var port in service.Spec["ports"]!.AsArray())
                Assert.Contains(pods, p => PortNames(p).Contains(port!["targetPort"]!.ToString()));
            // Traffic must never go to a pod without the port; metrics are read where there are any.
            if (!service.Name.EndsWith("-metrics", StringComparison.Ordinal))
                Assert.All(service.Spec["ports"]!.AsArray(), port => Assert.All(pods, p => Assert.Contains(port!["targetPort"]!.ToString(), PortNames(p))));
        }
    }

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Routes_monitors_and_scalers_point_at_what_is_there(string values)
    {
        var objects = Rendered.Of(values);
        foreach (var backend in objects.Where(m => m.Kind is "GRPCRoute" or "HTTPRoute").SelectMany(m => m.Spec["rules"]!.AsArray()).SelectMany(r => r!["backendRefs"]!.AsArray()))
            Assert.Contains((int)backend!["port"]!, Service((string)backend["name"]!).Spec["ports"]!.AsArray().Select(p => (int)p!["port"]!));
        foreach (var path in objects.Where(m => m.Kind == "Ingress").SelectMany(m => m.Spec["rules"]!.AsArray()).SelectMany(r => r!["http"]!["paths"]!.AsArray()))
            Assert.Contains((string)path!["backend"]!["service"]!["port"]!["name"]!, Service((string)path["backend"]!["service"]!["name"]!).Spec["ports"]!.AsArray().Select(p => (string)p!["name"]!));
        foreach (var monitor in objects.Where(m => m.Kind == "ServiceMonitor"))
        {
            var services = objects.Where(m => m.Kind == "Service" && IsPart(monitor.Spec["selector"]!["matchLabels"]!, m.Labels)).ToList();
            Assert.All(monitor.Spec["endpoints"]!.AsArray(), e => Assert.Contains(services, s => s.Spec["ports"]!.AsArray().Any(p => (string)p!["name"]! == (string)e!["port"]!)));
        }
        foreach (var scaler in objects.Where(m => m.Kind is "ScaledObject" or "HorizontalPodAutoscaler"))
        {
            var target = objects.Single(m => m.Kind == (string)scaler.Spec["scaleTargetRef"]!["kind"]! && m.Name == (string)scaler.Spec["scaleTargetRef"]!["name"]!);
            Assert.False(target.Spec.ContainsKey("replicas"), $"{target} has replicas, which every upgrade would set back");
            if (scaler.Spec["triggers"]?[0]?["metadata"] is not { } metadata) continue;
            // What is asked about is what the scaled workers serve.
            Assert.Equal((string)metadata["pool"]!, (string)target.Containers.Single()["env"]!.AsArray().Single(e => (string)e!["name"]! == "Saliency__Worker__Pool")!["value"]!);
            var address = ((string)metadata["scalerAddress"]!).Split('.', ':');
            Assert.Contains(int.Parse(address[^1]), Service(address[0]).Spec["ports"]!.AsArray().Select(p => (int)p!["port"]!));
        }
        foreach (var budget in objects.Where(m => m.Kind == "PodDisruptionBudget"))
            Assert.Single(Selected(values, budget.Spec["selector"]!["matchLabels"]!));

        Manifest Service(string name) => objects.Single(m => m.Kind == "Service" && m.Name == name);
    }

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void What_answers_without_a_key_is_behind_one_service_that_nothing_exposes_and_open_to_KEDA_alone(string values)
    {
        var objects = Rendered.Of(values);
        var services = objects.Where(m => m.Kind == "Service")
            .Where(m => m.Spec["ports"]!.AsArray().Any(p => (string)p!["targetPort"]! == "scaler")).ToList();
        if (objects.All(m => m.Kind != "ScaledObject"))
        {
            Assert.Empty(services);
            Assert.DoesNotContain(Rendered.Workloads(values), w => PortNames(w).Contains("scaler"));
            return;
        }
        var service = Assert.Single(services);
        Assert.Equal("ClusterIP", (string)service.Spec["type"]!);
        Assert.Single(service.Spec["ports"]!.AsArray());
        Assert.All(objects.Where(m => m.Kind is "Ingress" or "HTTPRoute" or "GRPCRoute"),
            m => Assert.DoesNotContain("scaler", m.Yaml, StringComparison.Ordinal));
        var rule = Assert.Single(objects.Where(m => m.Kind == "NetworkPolicy").SelectMany(m => m.Spec["ingress"]!.AsArray()),
            r => r!["ports"]!.AsArray().Any(p => p!["port"]!.ToString() == "scaler"))!;
        Assert.Single(rule["ports"]!.AsArray());
        var labels = Assert.Single(rule["from"]!.AsArray())!["namespaceSelector"]!["matchLabels"]!;
        Assert.Equal("keda", (string)labels["kubernetes.io/metadata.name"]!);
    }

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Network_policies_cover_every_pod_and_let_through_exactly_the_ports_that_are_served(string values)
    {
        var policies = Rendered.Of(values).Where(m => m.Kind == "NetworkPolicy").ToList();
        if (values == "laptop")
        {
            Assert.Empty(policies);
            return;
        }
        foreach (var workload in Rendered.Workloads(values))
        {
            var rules = policies.Where(p => Selects(p.Spec["podSelector"]!, workload.PodTemplate!["metadata"]!["labels"]!.AsObject()))
                .SelectMany(p => p.Spec["ingress"]?.AsArray() ?? []).Select(r => r!.AsObject()).ToList();
            var opened = rules.SelectMany(r => r["ports"]!.AsArray()).Select(p => p!["port"]!.ToString()).ToHashSet();
            var served = workload.Containers.SelectMany(c => c["ports"]!.AsArray()).ToList();
            Assert.All(served, port => Assert.True(opened.Contains((string)port!["name"]!) || opened.Contains(port["containerPort"]!.ToString()), $"{workload}: {port.ToJsonString()}"));
            foreach (var rule in rules.Where(r => r["ports"]!.AsArray().Any(p => p!["port"]!.ToString() is "11111" or "postgresql")))
                Assert.All(rule["from"]!.AsArray(), from => Assert.Equal(Helm.Release, (string)from!["podSelector"]!["matchLabels"]!["app.kubernetes.io/instance"]!));
            foreach (var rule in rules.Where(r => r["ports"]!.AsArray().Any(p => p!["port"]!.ToString() == "metrics")))
                Assert.All(rule["from"]!.AsArray(), from => Assert.NotNull(from!["namespaceSelector"]!["matchLabels"]));
        }
    }

    private static IEnumerable<Manifest> Selected(string values, JsonNode labels) =>
        Rendered.Workloads(values).Where(w => IsPart(labels, w.PodTemplate!["metadata"]!["labels"]!.AsObject()));

    private static HashSet<string> PortNames(Manifest workload) =>
        [.. workload.Containers.SelectMany(c => c["ports"]!.AsArray()).Select(p => (string)p!["name"]!)];

    private static bool IsPart(JsonNode wanted, JsonObject labels) => wanted.AsObject().All(pair => labels[pair.Key]?.ToString() == pair.Value!.ToString());

    private static bool Selects(JsonNode selector, JsonObject labels) =>
        (selector["matchLabels"] is not { } wanted || IsPart(wanted, labels))
        && (selector["matchExpressions"]?.AsArray() ?? []).All(e => e!["values"]!.AsArray().Any(v => labels[(string)e["key"]!]?.ToString() == v!.ToString()));
}
