using System.Text.RegularExpressions;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Render;

/// <summary>Every example, and the chart without any values: linted, rendered, and the same as the reviewed file.</summary>
public sealed partial class ExampleTests
{
    public static TheoryData<string> Examples => [.. Helm.Examples];

    [Theory, MemberData(nameof(Examples))]
    public void Example_passes_the_strict_linter(string example)
    {
        var (exit, output, error) = Helm.Lint("-f", Helm.Example(example));
        Assert.True(exit == 0 && !output.Contains("[WARNING]", StringComparison.Ordinal), output + error);
    }

    [Fact]
    public void The_chart_without_values_passes_the_strict_linter_and_is_the_embedded_cluster()
    {
        Assert.Equal(0, Helm.Lint().Exit);
        Assert.Equal(["saliency"], Manifest.All(Helm.Template()).Where(m => m.PodTemplate is not null).Select(m => m.Name));
    }

    [Theory, MemberData(nameof(Examples))]
    public void Example_renders_what_was_reviewed(string example)
    {
        var rendered = Drawn().Replace(Helm.Template("-f", Helm.Example(example)), "<drawn>");
        Assert.DoesNotMatch("[ \t]\n", rendered);
        Written.Check(Path.Combine(Repo.Root, "tests", "SaliencyCluster.Chart.Tests", "Render", "Reviewed", example + ".yaml"), rendered);
    }

    [Theory, MemberData(nameof(Examples))]
    public void Notes_give_the_next_three_commands(string example)
    {
        var notes = Helm.Notes(example);
        Assert.Matches(@"1\. kubectl --namespace maps port-forward service/saliency-grpc 50051:50051\n", notes);
        Assert.Matches(@"2\. saliency doctor --endpoint https?://localhost:50051", notes);
        Assert.Matches(@"3\. saliency explain --endpoint https?://localhost:50051", notes);
    }

    [Fact]
    public void The_drawn_password_of_the_trial_database_is_long_and_new_each_time()
    {
        var drawn = Enumerable.Range(0, 2).Select(_ => Manifest.All(Helm.Template("-f", Helm.Example("cpu-small")))
            .Single(m => m.ToString() == "Secret saliency-postgresql").Json["stringData"]!["password"]!.ToString()).ToList();
        Assert.Equal([32, 32], drawn.Select(p => p.Length));
        Assert.NotEqual(drawn[0], drawn[1]);
    }

    // Passwords, and the certificates and keys that the chart makes.
    [GeneratedRegex(
        @"(?<=^  password: |;Password=)[A-Za-z0-9]{32}|(?<=^  (?:ca\.crt|tls\.crt|tls\.key|api-key|keys\.json): )[A-Za-z0-9+/=]{72,}",
        RegexOptions.Multiline)]
    private static partial Regex Drawn();
}
