using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>Which map a panel shows, as addresses say it: <c>job</c> and <c>job-1</c> for those of the job, else
/// <c>METHOD[@MODEL][~CLASS]</c>.</summary>
/// <param name="OfJob">The place of the method in the job; null for a map that is computed for the page.</param>
/// <param name="Method">The method; empty for a map of the job.</param>
/// <param name="Model">The model, as <c>name:version</c>; null for that of the job.</param>
/// <param name="Target">The class that is explained; null for that of the job.</param>
internal sealed record PanelSpec(int? OfJob, string Method, string? Model = null, string? Target = null)
{
    /// <summary>The most panels of one page: more would be too small to be compared.</summary>
    public const int Most = 6;

    /// <summary>Reads which panels an address asks for.</summary>
    /// <param name="address">The address of the page.</param>
    /// <param name="ofJob">How many methods the job has.</param>
    /// <param name="methods">The names of the methods that there are.</param>
    /// <returns>At most <see cref="Most"/>, and what is said about those that are not shown.</returns>
    public static (IReadOnlyList<PanelSpec> Panels, string? LeftOut) Read(Uri address, int ofJob, IReadOnlySet<string> methods)
    {
        var query = QueryHelpers.ParseQuery(address.Query);
        var asked = Words(query, "panels");
        // What addresses said before there was a choice: all maps of the job, and others beside them.
        var words = asked.Length > 0 ? asked
            : [.. Enumerable.Range(0, ofJob).Select(i => new PanelSpec(i, "").ToString()), .. Words(query, "methods")];
        var known = new List<PanelSpec>();
        var unknown = new List<string>();
        foreach (var word in words.Distinct(StringComparer.Ordinal))
        {
            var panel = Parse(word);
            if (panel.OfJob is { } index ? index < ofJob : methods.Contains(panel.Method)) known.Add(panel);
            else unknown.Add(word);
        }
        if (known.Count == 0) known.Add(new(0, ""));
        string?[] said =
        [
            unknown.Count == 0 ? null
                : $"There is no map '{string.Join("', '", unknown)}' here: a panel shows 'job', 'job-1' and so on, or a method.",
            known.Count <= Most ? null : $"{TooMany} {known.Count - Most} of {known.Count} are not shown.",
        ];
        return ([.. known.Take(Most)], said.All(s => s is null) ? null : string.Join(' ', said.Where(s => s is not null)));
    }

    /// <summary>Why there is no seventh panel.</summary>
    public static string TooMany { get; } = $"A page shows at most {Most} maps: close one to see another.";

    /// <summary>Reads one panel.</summary>
    public static PanelSpec Parse(string word)
    {
        if (word == "job") return new(0, "");
        if (word.StartsWith("job-", StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return new(index, "");
        var (rest, target) = Split(word, '~');
        var (method, model) = Split(rest, '@');
        // A comma separates panels; an element of an output with several dimensions has one too.
        return new(null, method, model, target?.Replace('.', ','));
    }

    /// <summary>Gets the panel as addresses say it.</summary>
    public override string ToString() => OfJob switch
    {
        null => Method + (Model is null ? "" : $"@{Model}") + (Target is null ? "" : $"~{Target.Replace(',', '.')}"),
        0 => "job",
        { } index => string.Create(CultureInfo.InvariantCulture, $"job-{index}"),
    };

    private static string[] Words(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query, string name) =>
        query.TryGetValue(name, out var value)
            ? value.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    private static (string Before, string? After) Split(string word, char mark) =>
        word.LastIndexOf(mark) is > 0 and var at && at + 1 < word.Length ? (word[..at], word[(at + 1)..]) : (word, null);
}
