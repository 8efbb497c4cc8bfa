using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;
using YamlDotNet.RepresentationModel;

namespace SaliencyCluster.Chart.Tests.Values;

/// <summary>A key of values.yaml: what its comment says of it, and its default or the keys below it.</summary>
/// <param name="Path">Such as <c>gateway.service.grpcPort</c>.</param>
/// <param name="Description">The text after <c># --</c>; null for a section.</param>
/// <param name="Hint">The JSON after <c># @schema</c>.</param>
/// <param name="Default">The default.</param>
/// <param name="Children">The keys below; empty for a value.</param>
internal sealed record ChartValue(string Path, string? Description, JsonObject Hint, JsonNode? Default, IReadOnlyList<ChartValue> Children)
{
    public string Key => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>Gets this and everything below it.</summary>
    public IEnumerable<ChartValue> All => Children.SelectMany(c => c.All).Prepend(this);

    /// <summary>Reads values.yaml with its comments.</summary>
    public static IReadOnlyList<ChartValue> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Below((YamlMappingNode)stream.Documents[0].RootNode, "", text.Split('\n'));
    }

    private static List<ChartValue> Below(YamlMappingNode map, string path, string[] lines) =>
        [.. map.Select(pair => Value((YamlScalarNode)pair.Key, pair.Value, path, lines))];

    private static ChartValue Value(YamlScalarNode key, YamlNode value, string path, string[] lines)
    {
        var comment = CommentAbove(lines, (int)key.Start.Line - 2).Reverse().ToList();
        var description = string.Join(' ', comment.SkipWhile(l => !l.StartsWith("-- ", StringComparison.Ordinal))
            .Where(l => !l.StartsWith('@')).Select(l => l.StartsWith("-- ", StringComparison.Ordinal) ? l[3..] : l));
        var hint = comment.SingleOrDefault(l => l.StartsWith("@schema ", StringComparison.Ordinal));
        var full = path.Length == 0 ? key.Value! : $"{path}.{key.Value}";
        // A described mapping is one value, such as labels; an undescribed one is a section.
        var children = description.Length == 0 && value is YamlMappingNode section ? Below(section, full, lines) : [];
        return new(full, description.Length == 0 ? null : description, hint is null ? [] : JsonNode.Parse(hint[8..])!.AsObject(), YamlTree.Node(value), children);
    }

    private static IEnumerable<string> CommentAbove(string[] lines, int index)
    {
        for (; index >= 0 && lines[index].TrimStart() is ['#', ..] line; index--) yield return line.TrimStart('#', ' ');
    }
}
