using System.Diagnostics;
using System.Text.RegularExpressions;
using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Policy;

/// <summary>The alerts of a release: about that release alone, tried with Prometheus' own tool.</summary>
public sealed partial class AlertTests : IDisposable
{
    private const string Enabled = "telemetry: {prometheusRule: {enabled: true, alertLabels: {team: vision}, disabled: [SaliencyModelLoadsSlow], runbookUrl: https://books.example.com/}}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-alerts-");

    [Theory]
    [InlineData("", "saliency")]
    [InlineData("fullnameOverride: maps", "maps")]
    public void Every_selector_names_release_and_namespace(string more, string name)
    {
        var rules = Helm.Render($"{Enabled}\n{more}").Single(m => m.Kind == "PrometheusRule").Spec["groups"]![0]!["rules"]!.AsArray();
        Assert.NotEmpty(rules);
        foreach (var rule in rules)
        {
            var expression = (string)rule!["expr"]!;
            Assert.All(Selector().Matches(expression), m => Assert.StartsWith("{namespace=\"maps\",", m.Groups[1].Value, StringComparison.Ordinal));
            Assert.All(Own().Matches(expression), m => Assert.Contains($"job=\"{name}-metrics\"", m.Value, StringComparison.Ordinal));
            Assert.Equal("vision", (string)rule["labels"]!["team"]!);
            Assert.Equal($"https://books.example.com/{rule["alert"]}.md", (string)rule["annotations"]!["runbook_url"]!);
        }
        Assert.DoesNotContain(rules, r => (string)r!["alert"]! == "SaliencyModelLoadsSlow");
    }

    [Fact]
    public async Task Two_releases_in_one_Prometheus_do_not_hide_each_other()
    {
        var rule = Helm.Render("telemetry: {prometheusRule: {enabled: true}}").Single(m => m.Kind == "PrometheusRule");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "rules.json"), rule.Spec.ToJsonString(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "test.yaml"), """
            rule_files: [rules.json]
            evaluation_interval: 1m
            tests:
              - name: this release is silent, another one is well; one volume of each is full
                interval: 1m
                input_series:
                  - {series: 'saliency_jobs_active{namespace="other",job="saliency-metrics"}', values: 0x30}
                  - {series: 'saliency_jobs_active{namespace="maps",job="second-metrics"}', values: 0x30}
                  - {series: 'kubelet_volume_stats_available_bytes{namespace="maps",persistentvolumeclaim="data-saliency-0"}', values: 1x30}
                  - {series: 'kubelet_volume_stats_capacity_bytes{namespace="maps",persistentvolumeclaim="data-saliency-0"}', values: 100x30}
                  - {series: 'kubelet_volume_stats_available_bytes{namespace="other",persistentvolumeclaim="data-saliency-0"}', values: 1x30}
                  - {series: 'kubelet_volume_stats_capacity_bytes{namespace="other",persistentvolumeclaim="data-saliency-0"}', values: 100x30}
                promql_expr_test:
                  - {expr: 'count by (alertname) (ALERTS{alertstate="firing"})', eval_time: 20m, exp_samples: [{labels: '{alertname="SaliencyGatewayNotReady"}', value: 1}, {labels: '{alertname="SaliencyVolumeFilling"}', value: 1}]}
            """, TestContext.Current.CancellationToken);
        using var tool = Process.Start(new ProcessStartInfo("promtool", ["test", "rules", "test.yaml"]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0, $"{await output}\n{error}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [GeneratedRegex(@"(?:saliency|kubelet|up)\w*(\{[^}]*\})")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?:saliency_\w+|\bup)\{[^}]*\}")]
    private static partial Regex Own();
}
