using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Pods;

/// <summary>The environment of a container as kubelet makes it: envFrom, then env with <c>$(NAME)</c>, Secrets, ConfigMaps and fields of the pod.</summary>
/// <param name="objects">What was rendered.</param>
/// <param name="secrets">Secrets that the chart refers to and does not make: name/key to value.</param>
internal sealed partial class PodEnvironment(IReadOnlyList<Manifest> objects, IReadOnlyDictionary<string, string> secrets)
{
    public IReadOnlyDictionary<string, string> Of(JsonObject container, string podName, string podIp)
    {
        var environment = new Dictionary<string, string>();
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
            foreach (var (key, value) in Data("ConfigMap", (string)source!["configMapRef"]!["name"]!)) environment[key] = value;
        foreach (var entry in container["env"]?.AsArray() ?? [])
        {
            environment[(string)entry!["name"]!] = entry["valueFrom"] is { } from
                ? Value(from, podName, podIp)
                : Reference().Replace(entry["value"]!.ToString(), m => environment.TryGetValue(m.Groups[1].Value, out var known) ? known : m.Value);
        }
        return environment;
    }

    /// <summary>Gets the files of a ConfigMap or Secret.</summary>
    public IReadOnlyDictionary<string, string> Data(string kind, string name)
    {
        if (objects.SingleOrDefault(m => m.Kind == kind && m.Name == name) is { } found)
            return found.Json["stringData"] is null && kind == "Secret"
                ? found.Json["data"]!.AsObject().ToDictionary(p => p.Key, p => Encoding.UTF8.GetString(Convert.FromBase64String(p.Value!.ToString())))
                : (found.Json["stringData"] ?? found.Json["data"])!.AsObject().ToDictionary(p => p.Key, p => p.Value!.ToString());
        var given = secrets.Where(s => s.Key.StartsWith(name + "/", StringComparison.Ordinal)).ToDictionary(s => s.Key[(name.Length + 1)..], s => s.Value);
        return kind == "Secret" && given.Count > 0 ? given : throw new KeyNotFoundException($"{kind} '{name}' is neither rendered nor given.");
    }

    private string Value(JsonNode from, string podName, string podIp) => from switch
    {
        _ when from["secretKeyRef"] is { } secret => Data("Secret", (string)secret["name"]!)[(string)secret["key"]!],
        _ when from["configMapKeyRef"] is { } map => Data("ConfigMap", (string)map["name"]!)[(string)map["key"]!],
        _ when from["fieldRef"]?["fieldPath"]?.ToString() is "metadata.name" => podName,
        _ when from["fieldRef"]?["fieldPath"]?.ToString() is "status.podIP" => podIp,
        _ => throw new NotSupportedException($"valueFrom {from.ToJsonString()}"),
    };

    [GeneratedRegex(@"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Reference();
}
