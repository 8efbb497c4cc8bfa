using System.Reflection;
using k8s;
using k8s.Models;
using NJsonSchema;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Policy;

/// <summary>Every object is one that Kubernetes knows, with no field that it does not know.</summary>
public sealed class ApiTypeTests
{
    // The types of the Kubernetes API by "apiVersion kind".
    private static readonly Dictionary<string, Type> Types = typeof(V1Pod).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>())).Where(t => t.Entity is not null && !t.Type.Name.EndsWith("List", StringComparison.Ordinal))
        .GroupBy(t => $"{(t.Entity!.Group.Length == 0 ? "" : t.Entity.Group + "/")}{t.Entity.ApiVersion} {t.Entity.Kind}").ToDictionary(g => g.Key, g => g.First().Type);

    private static readonly string Crds = Path.Combine(Repo.Root, "tests", "SaliencyCluster.Chart.Tests", "Policy", "Crds");

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public async Task Every_object_is_read_strictly_by_its_type(string values)
    {
        Assert.NotEmpty(Rendered.Of(values));
        foreach (var manifest in Rendered.Of(values))
        {
            if (Types.TryGetValue($"{manifest.ApiVersion} {manifest.Kind}", out var type)) Read(manifest.Yaml, type);
            else Assert.Equal("", await CrdErrorsAsync(manifest));
        }
    }

    [Fact]
    public async Task An_unknown_field_is_found_in_built_in_and_custom_types()
    {
        var deployment = Rendered.Workloads("gpu").First(w => w.Kind == "Deployment");
        Assert.ThrowsAny<Exception>(() => Read(deployment.Yaml.Replace("readinessProbe:", "readyProbe:"), typeof(V1Deployment)));
        var scaled = Rendered.Of("gpu-scale-to-zero").Single(m => m.Kind == "ScaledObject");
        Assert.Contains("minReplicas", await CrdErrorsAsync(new(scaled.Yaml, YamlTree.Parse(scaled.Yaml.Replace("minReplicaCount", "minReplicas"))!.AsObject())), StringComparison.Ordinal);
    }

    private static void Read(string yaml, Type type)
    {
        var read = typeof(KubernetesYaml).GetMethods().Single(m => m.Name == nameof(KubernetesYaml.Deserialize) && m.IsGenericMethod && m.GetParameters()[0].ParameterType == typeof(string));
        Assert.NotNull(read.MakeGenericMethod(type).Invoke(null, [yaml, true]));
    }

    private static async Task<string> CrdErrorsAsync(Manifest manifest)
    {
        var file = Path.Combine(Crds, manifest.Kind + ".json");
        Assert.True(File.Exists(file), $"{manifest} ({manifest.ApiVersion}) is no type of Kubernetes, and {file} does not describe it.");
        var schema = await JsonSchema.FromFileAsync(file, TestContext.Current.CancellationToken);
        return string.Join('\n', schema.Validate(manifest.Json.ToJsonString()).Select(error => $"{manifest}: {error}"));
    }
}
