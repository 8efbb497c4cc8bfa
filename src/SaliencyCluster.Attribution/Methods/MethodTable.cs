using System.Text;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Writes the documentation of methods and options from their own descriptions.</summary>
public static class MethodTable
{
    /// <summary>Gets the text of <c>docs/methods.md</c>.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Methods
            Generated from `MethodCatalog` and `OptionCatalog`; a test fails until it is current. Any other option that is given is refused.

            | Method | What it shows | Needs | Cost per image | Guarantees | Options and defaults | Paper |
            |---|---|---|---|---|---|---|

            """);
        foreach (var method in MethodCatalog.All)
        {
            var d = method.Description;
            text.Append($"| `{method.Name}` | {d.Summary} | {Needs(d)} | {d.Cost} | {d.Guarantees} | {Options(d)} | {d.Paper} |\n");
        }
        text.Append($"\nEvery method takes {string.Join(", ", OptionCatalog.Universal.Select(o => $"`{o}`"))}.\n\n| Option | Meaning | Values |\n|---|---|---|\n");
        foreach (var option in OptionCatalog.All) text.Append($"| `{option.Name}` | {option.Summary} | {option.Range} |\n");
        return text.ToString();
    }

    private static string Needs(MethodDescription d)
    {
        string[] needs = [d.NeedsGradient
            ? "gradients" : "forward passes only", .. d.NeedsRelu ? ["Relu"] : Array.Empty<string>(), .. d.NeedsLayer ? ["a layer with a grid"] : Array.Empty<string>(),
            .. d.NeedsAttention ? ["attention"] : Array.Empty<string>()];
        return string.Join(", ", needs);
    }

    private static string Options(MethodDescription d) => d.Options.Count == 0 ? "none"
        : string.Join(", ", d.Options.Select(o => $"`{o.Name}`{(o.Default is null ? "" : " " + o.Default)}{(o.WithTolerance is null ? "" : $" ({(char.IsDigit(o.WithTolerance[0]) ? "at most " : "")}{o.WithTolerance} with `tolerance`)")}"));
}
