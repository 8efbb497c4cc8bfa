using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Report;

public sealed partial class ReportTests(ReportFixture fixture) : IClassFixture<ReportFixture>
{
    private readonly string _page = fixture.Page;

    [Fact]
    public void The_page_needs_nothing_from_outside_and_runs_nothing()
    {
        Assert.DoesNotContain("<script", _page, StringComparison.OrdinalIgnoreCase);
        Assert.All(Source().Matches(_page), m => Assert.StartsWith("data:", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("@import", _page, StringComparison.Ordinal);
        Assert.DoesNotMatch("url\\((?!#)", _page);
    }

    [Fact]
    public void Names_from_outside_are_text_and_not_markup()
    {
        Assert.Contains("Evidence &amp; more", _page, StringComparison.Ordinal);
        Assert.Contains("linear &lt;script&gt;", _page, StringComparison.Ordinal);
        Assert.Contains("footer &lt;&amp;&gt;", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_plot_is_a_well_formed_drawing_that_scales_with_the_page()
    {
        var plots = Figure().Matches(_page).Select(m => XDocument.Parse(m.Groups[1].Value)).ToList();
        Assert.Equal(5 + 2 + 2, plots.Count);
        Assert.All(plots, p => Assert.NotNull(p.Root!.Attribute("viewBox")));
        var ids = plots.SelectMany(p => p.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(plots, p => Assert.Contains(p.Descendants(), e => e.Name.LocalName is "polyline" or "path"));
    }

    [Fact]
    public void The_body_is_well_formed()
    {
        var body = _page[_page.IndexOf("<body>", StringComparison.Ordinal)..(_page.IndexOf("</body>", StringComparison.Ordinal) + 7)];
        var document = XDocument.Parse(VoidElement().Replace(body, "<$1/>").Replace("&nbsp;", " ", StringComparison.Ordinal));
        Assert.Equal(["statements", "table", "background", "curves", "montage", "limits", "settings"], document.Descendants("section").Select(s => s.Attribute("id")!.Value));
    }

    [Fact]
    public void Each_method_gets_a_statement_and_a_control_gets_none()
    {
        var statements = Statements.Of(fixture.Result);
        Assert.Equal(["gradient", "constant"], statements.Select(s => s.Method));
        Assert.Equal(Verdict.Reacts, statements[0].Verdict);
        Assert.Equal(Verdict.Keeps, statements[1].Verdict);
        Assert.All(statements, s => Assert.NotEmpty(s.CannotSay));
        Assert.Contains(statements[1].Supports, s => s.StartsWith("After every layer has forgotten what it learned, the map stays much as it was: Spearman, absolute 1.00 [1.00, 1.00]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_statement_says_what_is_left_while_only_the_upper_half_of_the_layers_is_random()
    {
        string[] layers = ["fc", "conv3", "conv2", "conv1"];
        var cascade = layers.Select((layer, i) => new Summary("randomization", "gradient", "ssim", RandomizationCheck.ConditionOf(LayerOrder.CascadingFromOutput), i, layer,
            new(0.9 - (i * 0.1), 0.5, 1, 2, 0)));
        var statement = Statements.Of(fixture.Result with { Summaries = [.. cascade] }).Single(s => s.Method == "gradient");
        Assert.Contains("With the upper 2 of 4 layers random, SSIM was 0.80 [0.50, 1.00].", statement.Supports);
    }

    [Theory]
    [InlineData(0.95, 0.90, 0.60, 0.05, Verdict.Late, "ignores upper layers", "keeps")]
    [InlineData(0.95, 0.90, 0.60, 0.35, Verdict.Late, "ignores upper layers", "keeps")]
    [InlineData(0.95, 0.90, 0.80, 0.70, Verdict.Keeps, "keeps its look", "keeps")]
    [InlineData(0.40, 0.30, 0.10, 0.05, Verdict.Reacts, "reacts", "reacts")]
    [InlineData(0.95, 0.10, 0.10, 0.05, Verdict.Reacts, "reacts", "reacts")]
    public void No_label_contradicts_what_the_upper_layers_showed(
        double one, double two, double three, double all, Verdict verdict, string label, string colour)
    {
        double[] means = [one, two, three, all];
        var cascade =
            from measure in new[] { "spearman-abs", "ssim", "hog-pearson" }
            from i in Enumerable.Range(0, 4)
            let estimate = new SaliencyCluster.Evaluation.Statistics.Estimate(means[i], means[i] - 0.01, means[i] + 0.01, 2, 0)
            select new Summary(
                "randomization", "gradient", measure, RandomizationCheck.ConditionOf(LayerOrder.CascadingFromOutput), i, $"layer-{i}", estimate);
        var result = fixture.Result with { Summaries = [.. cascade] };
        Assert.Equal(verdict, Statements.Of(result).Single(s => s.Method == "gradient").Verdict);
        AssertLabelled(result, colour, label);
    }

    [Theory]
    [InlineData(0.1, 0.9, OrderVerdict.Better, "reacts", "beats a random order")]
    [InlineData(0.1, 0.5, OrderVerdict.Partly, "mixed", "beats a random order in part")]
    [InlineData(0.5, 0.5, OrderVerdict.NoBetter, "keeps", "no better than a random order")]
    public void A_label_says_whether_pixels_in_the_order_of_the_map_did_better_than_in_a_random_one(
        double deletion, double insertion, OrderVerdict faithful, string colour, string label)
    {
        Summary Of(string method, string measure, double mean) =>
            new("insertion-deletion", method, measure, "", 0, "", new(mean, mean - 0.05, mean + 0.05, 2, 0));
        var result = fixture.Result with
        {
            Summaries =
            [
                Of("gradient", "deletion-auc", deletion), Of("gradient", "insertion-auc", insertion),
                Of("control: random map", "deletion-auc", 0.5), Of("control: random map", "insertion-auc", 0.5),
            ],
        };
        Assert.Equal(faithful, Statements.Of(result).Single(s => s.Method == "gradient").Faithfulness);
        AssertLabelled(result, colour, label);
    }

    [Fact]
    public void References_open_beside_the_report_and_do_not_take_its_place()
    {
        var links = Link().Matches(_page).Select(m => m.Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, l => Assert.Contains("target=\"_blank\" rel=\"noopener noreferrer\"", l, StringComparison.Ordinal));
    }

    [Fact]
    public void The_montage_shows_each_method_as_trained_and_at_each_stage()
    {
        // One image: the image itself, then five rows of the trained map and two stages for randomisation, and of one other class for random logit.
        Assert.Equal((1 + (5 * 3)) + (1 + (5 * 2)), Source().Matches(_page).Count(m => m.Groups[1].Value.StartsWith("data:image/png", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_json_says_what_the_page_says()
    {
        var json = JsonNode.Parse(JsonReport.Write(fixture.Result))!;
        Assert.Equal(fixture.Result.Summaries.Count, json["summaries"]!.AsArray().Count);
        Assert.Equal("reacts", (string)json["statements"]![0]!["verdict"]!);
        Assert.Equal("0123456789abcdef", (string)json["model"]!["hash"]!);
    }

    [Fact]
    public void The_csv_has_a_line_per_number()
    {
        var lines = JsonReport.Csv(fixture.Result).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(fixture.Result.Measurements.Count + 1, lines.Length);
        Assert.Equal("check,method,measure,condition,stage,stageLabel,seed,image,value", lines[0]);
    }

    [Fact]
    public void Text_tables_have_a_row_per_method_and_a_column_per_measure()
    {
        var tables = TextTable.Of(fixture.Result);
        Assert.Contains("All layers random", tables.Select(t => t.Title));
        Assert.All(tables, t => Assert.Equal(5, t.Rows.Count));
        Assert.All(tables, t => Assert.All(t.Rows, r => Assert.Equal(t.Headings.Count, r.Count)));
    }

    [GeneratedRegex("(?:src|href)=\"((?!https://(?:arxiv|doi))[^\"]*)\"")]
    private static partial Regex Source();

    private static void AssertLabelled(EvaluationResult result, string colour, string label) =>
        Assert.Contains($"<h3>gradient<span class=\"badge {colour}\">{label}</span>", HtmlReport.Write(result, ""), StringComparison.Ordinal);

    [GeneratedRegex("<a [^>]*>")]
    private static partial Regex Link();

    [GeneratedRegex("<figure>(<svg.*?</svg>)</figure>", RegexOptions.Singleline)]
    private static partial Regex Figure();

    [GeneratedRegex("<(img [^>]*)>")]
    private static partial Regex VoidElement();
}
