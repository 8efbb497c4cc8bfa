using System.Text.RegularExpressions;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>docs/errors.md lists every code that the source can throw or the chart can refuse with, and no other.</summary>
public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Documented_codes_are_the_codes_in_the_source()
    {
        var templates = Directory.GetFiles(Path.Combine(Repository.Root, "helm"), "*.tpl", SearchOption.AllDirectories);
        var thrown = Repository.SourceFiles.Concat(templates).SelectMany(f => QuotedCode().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value);
        var documented = DocumentedCode().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"))).Select(m => m.Groups[1].Value);
        Assert.Equal(thrown.Distinct().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("\"(SAL[0-9]{4})\"")]
    private static partial Regex QuotedCode();

    [GeneratedRegex(@"^\| (SAL[0-9]{4}) \|", RegexOptions.Multiline)]
    private static partial Regex DocumentedCode();
}
