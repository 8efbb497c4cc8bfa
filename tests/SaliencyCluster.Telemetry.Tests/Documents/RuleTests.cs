using System.Diagnostics;
using System.Text.RegularExpressions;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Telemetry.Tests.Documents;

/// <summary>Alert rules, checked with Prometheus' own tool.</summary>
public sealed partial class RuleTests
{
    private static readonly string Folder = Path.Combine(Repo.Root, "deploy", "prometheus");
    private static readonly string Rules = File.ReadAllText(Path.Combine(Folder, "rules.yaml"));

    private static IReadOnlyList<string> Alerts => [.. Alert().Matches(Rules).Select(m => m.Groups[1].Value)];

    [Theory]
    [InlineData("check", "rules", "rules.yaml")]
    [InlineData("check", "config", "prometheus.yaml")]
    [InlineData("test", "rules", "rules_test.yaml")]
    public async Task Prometheus_accepts_them(params string[] arguments)
    {
        using var tool = Process.Start(new ProcessStartInfo("promtool", arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0, $"{await output}\n{error}");
    }

    [Fact]
    public void Every_alert_uses_metrics_that_exist() =>
        Assert.All(MetricTable.NamesIn(Rules), name => Assert.Contains(name, MetricTable.Series));

    [Fact]
    public void Every_alert_has_a_runbook_and_every_runbook_an_alert()
    {
        var books = Directory.GetFiles(Path.Combine(Repo.Root, "docs", "runbooks"), "Saliency*.md").Select(f => Path.GetFileNameWithoutExtension(f)!);
        Assert.Equal(Alerts.Order(StringComparer.Ordinal), books.Order(StringComparer.Ordinal));
        Assert.All(Alerts, a =>
        {
            Assert.Contains($"runbook: docs/runbooks/{a}.md", Rules, StringComparison.Ordinal);
            var text = File.ReadAllText(Path.Combine(Repo.Root, "docs", "runbooks", $"{a}.md"));
            Assert.All(new[] { "## What it means", "## Where to look", "## What to do" }, part => Assert.Contains(part, text, StringComparison.Ordinal));
            Assert.Contains(Expression(a), text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_alert_is_tried_by_a_unit_test()
    {
        var tests = File.ReadAllText(Path.Combine(Folder, "rules_test.yaml"));
        Assert.All(Alerts, a => Assert.Contains($"alertname: {a}\n", tests, StringComparison.Ordinal));
    }

    private static string Expression(string alert) => Regex.Match(Rules, $@"alert: {alert}\n\s+expr: >-\n\s+(.+)\n").Groups[1].Value;

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();
}
