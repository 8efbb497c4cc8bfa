using System.Text.Json;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Telemetry.Tests.Documents;

public sealed class DashboardTests
{
    private static readonly JsonElement Dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repo.Root, "deploy", "grafana", "saliency-cluster.json"))).RootElement;

    private static IEnumerable<JsonElement> Panels => Dashboard.GetProperty("panels").EnumerateArray().Where(p => p.GetProperty("type").GetString() != "row");

    private static IEnumerable<string> Expressions => Panels.SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!);

    [Fact]
    public void Every_expression_uses_metrics_that_exist() =>
        Assert.All(Expressions, e =>
        {
            Assert.NotEmpty(MetricTable.NamesIn(e));
            Assert.All(MetricTable.NamesIn(e), name => Assert.Contains(name, MetricTable.Series));
        });

    [Fact]
    public void Every_metric_is_on_the_dashboard() =>
        Assert.All(MetricTable.Rows, row => Assert.Contains(Expressions, e => MetricTable.NamesIn(e).Any(n => n == row.Prometheus || n == $"{row.Prometheus}_bucket")));

    [Fact]
    public void Panels_say_what_they_show_and_do_not_overlap()
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in Panels)
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            var at = panel.GetProperty("gridPos");
            var (x, y, w, h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.InRange(x + w, 1, 24);
            for (var i = x; i < x + w; i++)
                for (var j = y; j < y + h; j++) Assert.True(taken.Add((i, j)), $"{panel.GetProperty("title")} overlaps another panel.");
        }
    }
}
