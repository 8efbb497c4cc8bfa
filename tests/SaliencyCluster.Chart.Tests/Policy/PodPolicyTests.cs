using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Policy;

/// <summary>What every pod keeps to, whatever the values.</summary>
public sealed partial class PodPolicyTests
{
    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Pods_keep_to_pod_security_restricted(string values) => Each(values, (workload, pod) =>
    {
        var security = pod["securityContext"]!;
        Assert.True((bool)security["runAsNonRoot"]!, $"{workload}");
        Assert.InRange((int)security["runAsUser"]!, 1, int.MaxValue);
        Assert.Equal("RuntimeDefault", (string)security["seccompProfile"]!["type"]!);
        Assert.All(["hostNetwork", "hostPID", "hostIPC"], key => Assert.Null(pod[key]));
        Assert.All(pod["volumes"]!.AsArray(), volume => Assert.Contains(volume!.AsObject().Single(field => field.Key != "name").Key, (string[])["emptyDir", "secret", "configMap", "persistentVolumeClaim"]));
        foreach (var container in workload.Containers)
        {
            var own = container["securityContext"]!;
            Assert.False((bool)own["allowPrivilegeEscalation"]!);
            Assert.True((bool)own["readOnlyRootFilesystem"]!);
            Assert.Equal("[\"ALL\"]", own["capabilities"]!["drop"]!.ToJsonString());
            Assert.Null(own["privileged"]);
        }
    });

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Pods_hold_no_token_and_nothing_has_rights(string values)
    {
        Each(values, (_, pod) => Assert.False((bool)pod["automountServiceAccountToken"]!));
        Assert.All(Rendered.Of(values).Where(m => m.Kind == "ServiceAccount"), account => Assert.False((bool)account.Json["automountServiceAccountToken"]!));
        Assert.DoesNotContain(Rendered.Of(values), m => m.Kind is "Role" or "ClusterRole" or "RoleBinding" or "ClusterRoleBinding");
    }

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Containers_ask_for_and_are_limited_in_cpu_and_memory(string values) => Each(values, (workload, pod) =>
    {
        foreach (var (container, kind, resource) in from c in workload.Containers from k in (string[])["requests", "limits"] from r in (string[])["cpu", "memory"] select (c, k, r))
            Assert.True(container["resources"]?[kind]?[resource] is not null, $"{workload}: no {kind}.{resource}");
        Assert.All(pod["volumes"]!.AsArray().Where(v => v!["emptyDir"] is not null && v["name"]!.ToString() != "run"), v => Assert.NotNull(v!["emptyDir"]!["sizeLimit"]));
    });

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Start_ready_and_live_are_three_different_probes_of_ports_that_are_there(string values) => Each(values, (workload, _) =>
    {
        foreach (var container in workload.Containers)
        {
            string[] kinds = ["startupProbe", "readinessProbe", "livenessProbe"];
            var actions = kinds.Select(kind => container[kind]!.AsObject().First().Value!.ToJsonString()).ToList();
            Assert.Equal(3, actions.Distinct().Count());
            var named = container["ports"]!.AsArray().Select(p => (string)p!["name"]!).ToList();
            foreach (var port in kinds.Select(kind => container[kind]!.AsObject().First().Value!["port"]).OfType<JsonNode>()) Assert.Contains(port.ToString(), named);
            // A slow start must not be taken for a hang: start may take longer than liveness has patience.
            Assert.True(Patience(container["startupProbe"]!) > Patience(container["livenessProbe"]!), $"{workload}");
        }
    });

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Secrets_are_referred_to_and_never_written_into_environment_or_config_maps(string values)
    {
        Each(values, (workload, _) => Assert.All(
            workload.Containers.SelectMany(c => c["env"]?.AsArray() ?? []).Where(e => SecretName().IsMatch((string)e!["name"]!)),
            e => Assert.True(e!["value"] is null || e["value"]!.ToString().StartsWith("/etc/saliency/", StringComparison.Ordinal), $"{workload}: {e.ToJsonString()}")));
        Assert.All(Rendered.Of(values).Where(m => m.Kind == "ConfigMap" && !m.Name.EndsWith("-dashboard", StringComparison.Ordinal)), map =>
            Assert.All(map.Json["data"]!.AsObject(), pair => Assert.False(SecretName().IsMatch(pair.Key) || SecretName().IsMatch(pair.Value!.ToString()), $"{map}: {pair.Key}")));
    }

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void The_grace_period_is_longer_than_drain_and_leaving_together(string values) => Each(values, (workload, pod) =>
    {
        foreach (var container in workload.Containers)
        {
            var drain = container["env"]?.AsArray().SingleOrDefault(e => (string)e!["name"]! == "Saliency__Worker__DrainTime")?["value"]?.ToString();
            // The process stops at the latest 30 s after the end of its drain (20 s where none is said).
            var stop = TimeSpan.Parse(drain ?? "00:00:20").TotalSeconds + 30 + ((int?)container["lifecycle"]?["preStop"]?["sleep"]?["seconds"] ?? 0);
            Assert.True((int)pod["terminationGracePeriodSeconds"]! > stop, $"{workload}: {pod["terminationGracePeriodSeconds"]} s for {stop} s");
        }
    });

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void What_is_mounted_is_there(string values) => Each(values, (workload, pod) =>
    {
        var volumes = pod["volumes"]!.AsArray().Concat(workload.Spec["volumeClaimTemplates"]?.AsArray().Select(c => c!["metadata"]) ?? []).Select(v => (string)v!["name"]!).Order().ToList();
        Assert.Equal(volumes, workload.Containers.SelectMany(c => c["volumeMounts"]!.AsArray()).Select(m => (string)m!["name"]!).Distinct().Order());
        foreach (var claim in pod["volumes"]!.AsArray().Select(v => (string?)v!["persistentVolumeClaim"]?["claimName"]).OfType<string>())
            Assert.Contains(Rendered.Of(values), m => m.Kind == "PersistentVolumeClaim" && m.Name == claim);
    });

    private static int Patience(JsonNode probe) => ((int?)probe["periodSeconds"] ?? 10) * ((int?)probe["failureThreshold"] ?? 3);

    private static void Each(string values, Action<Manifest, JsonObject> check)
    {
        var workloads = Rendered.Workloads(values).ToList();
        Assert.NotEmpty(workloads);
        foreach (var workload in workloads) check(workload, workload.PodTemplate!["spec"]!.AsObject());
    }

    [GeneratedRegex("password|secret|token|connectionstring|apikey|access_key|certificatekey|keysfile", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
