using System.Net;

namespace SaliencyCluster.Reporting;

/// <summary>Pieces of HTML; everything that comes from outside goes through <see cref="Text"/>.</summary>
internal static class Html
{
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    public static string Element(string name, string content, string? attributes = null) =>
        $"<{name}{(attributes is null ? "" : " " + attributes)}>{content}</{name}>";

    public static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    public static string Row(IEnumerable<string> cells, string cell = "td") => Element("tr", string.Concat(cells.Select(c => Element(cell, c))));

    public static string List(IEnumerable<string> items) => Element("ul", string.Concat(items.Select(i => Element("li", Text(i)))));

    public static string Section(string id, string title, string content) =>
        Element("section", Element("h2", Text(title)) + "\n" + content, $"id=\"{id}\"") + "\n";

    /// <summary>The last part of a layer's name that tells it apart: <c>/layer1/c1/Conv</c> is <c>layer1/c1</c>.</summary>
    public static string Layer(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? name : string.Join('/', parts[..^1].Select(p => p.Contains('.', StringComparison.Ordinal) ? p[..p.IndexOf('.', StringComparison.Ordinal)] : p).Distinct());
    }
}
