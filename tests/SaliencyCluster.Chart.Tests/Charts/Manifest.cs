using System.Text.Json.Nodes;

namespace SaliencyCluster.Chart.Tests.Charts;

/// <summary>One rendered object.</summary>
/// <param name="Yaml">As Helm wrote it.</param>
/// <param name="Json">The same as a tree.</param>
internal sealed record Manifest(string Yaml, JsonObject Json)
{
    public string Kind => (string)Json["kind"]!;

    public string ApiVersion => (string)Json["apiVersion"]!;

    public string Name => (string)Json["metadata"]!["name"]!;

    public JsonObject Labels => Json["metadata"]!["labels"]!.AsObject();

    public JsonObject Spec => Json["spec"]!.AsObject();

    /// <summary>Gets the pod that a workload makes; null for what is no workload.</summary>
    public JsonObject? PodTemplate => Kind is "Deployment" or "StatefulSet" ? Spec["template"]!.AsObject() : null;

    public IEnumerable<JsonObject> Containers => PodTemplate is { } pod ? pod["spec"]!["containers"]!.AsArray().Select(c => c!.AsObject()) : [];

    /// <summary>Reads everything that <c>helm template</c> printed.</summary>
    public static IReadOnlyList<Manifest> All(string rendered) =>
        [.. rendered.Split("\n---\n").Select(text => text.TrimStart('-', '\n')).Where(text => YamlTree.Parse(text) is JsonObject)
            .Select(text => new Manifest(text, YamlTree.Parse(text)!.AsObject()))];

    public override string ToString() => $"{Kind} {Name}";
}
