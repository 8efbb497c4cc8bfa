using SaliencyCluster.Attribution.Methods.Segments;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Segments that follow the image or come from a file.</summary>
public class SegmentationTests
{
    private const int Side = 24;
    private static readonly FakeNetwork Curved = FakeNetwork.Sines(1, Side, Side);

    // Four flat quarters, and a little noise on them.
    private static readonly Tensor Quarters = new([1, Side, Side], [.. Enumerable.Range(0, Side * Side).Select(p =>
        (2 * (p / (Side * Side / 2))) + (p % Side / (Side / 2)) + (float)(Math.Sin(p * 1.3) * 0.02))]);

    [Theory]
    [InlineData("slic:4", 0)]
    [InlineData("felzenszwalb:100", 3)] // smoothing blurs the edges
    public void Segments_follow_the_edges_of_the_image(string segments, int margin)
    {
        var labels = Labels(segments);
        var quarters = Enumerable.Range(0, 4).Select(q =>
            from y in Enumerable.Range(margin, (Side / 2) - (2 * margin))
            from x in Enumerable.Range(margin, (Side / 2) - (2 * margin))
            select labels[(((q / 2 * Side / 2) + y) * Side) + (q % 2 * Side / 2) + x]);
        Assert.Equal(4, quarters.Select(q => Assert.Single(q.Distinct())).Distinct().Count());
    }

    [Theory]
    [InlineData(30, 40, 2), InlineData(30, 40, 7), InlineData(17, 64, 50), InlineData(5, 5, 25), InlineData(5, 4, 1024),
        InlineData(1, 30, 4)]
    public void Slic_gives_at_most_as_many_segments_as_asked_for_each_in_one_piece(int height, int width, int most)
    {
        var random = new Random(3);
        var channels = Enumerable.Range(0, 3)
            .Select(_ => new Plane(height, width, [.. Enumerable.Range(0, height * width).Select(_ => random.NextDouble())])).ToArray();
        var labels = SlicSegmentation.Segment(channels, most);
        var count = labels.Max() + 1;
        Assert.InRange(count, Math.Min(2, height * width), most);
        Assert.Equal(Enumerable.Range(0, count), labels.Distinct()); // numbered in the order of their first pixels
        var (seen, pieces) = (new bool[labels.Length], 0);
        for (var start = 0; start < labels.Length; start++)
        {
            if (seen[start]) continue;
            pieces++;
            var open = new Stack<int>([start]);
            seen[start] = true;
            while (open.TryPop(out var p))
                foreach (var next in new[] { p % width > 0 ? p - 1 : p, p % width < width - 1 ? p + 1 : p, p - width, p + width })
                    if (next >= 0 && next < labels.Length && !seen[next] && labels[next] == labels[start])
                    {
                        seen[next] = true;
                        open.Push(next);
                    }
        }
        Assert.Equal(count, pieces);
    }

    [Theory]
    [InlineData("feature-ablation"), InlineData("shapley"), InlineData("kernel-shap"), InlineData("lime")]
    public void A_file_of_a_grid_gives_the_map_of_the_grid(string method)
    {
        var grid = new Tensor([1, Side, Side],
            [.. Enumerable.Range(0, Side * Side).Select(p => (float)(70 - (10 * (p / Side / 8)) - (p % Side / 8)))]);
        // The file's numbers count down; segments are numbered as they are met.
        var asked = new ExplanationRequest { Method = method, Target = "1", Samples = method is "lime" or "kernel-shap" ? 600 : null };
        var expected = Local.Explain(Curved, asked with { Segments = "grid:3" }).Estimate;
        var actual = Local.Explain(Curved, asked with { Segments = "cells.npy" }, storedBaselines: grid).Estimate;
        Assert.Equal(expected.Map.Data, actual.Map.Data);
    }

    [Theory]
    [InlineData("shapley", "slic:10"), InlineData("kernel-shap", "felzenszwalb:10"), InlineData("feature-ablation", "felzenszwalb:10"),
        InlineData("lime", "slic:30")]
    public void Pixels_of_a_segment_have_one_value(string method, string segments)
    {
        var result = Local.Explain(Curved, new() { Method = method, Segments = segments, Target = "2" }, Quarters);
        var labels = Labels(segments);
        foreach (var segment in labels.Select((label, p) => (label, result.Estimate.Map.Data[p])).GroupBy(s => s.label))
            Assert.Single(segment.Select(s => s.Item2).Distinct());
        Assert.InRange(result.Points, 1, Curved.Resolve(new() { Method = method, Segments = segments, Target = "2" }).PlannedPoints);
    }

    [Fact]
    public void A_run_goes_on_after_a_restart_with_the_same_segments()
    {
        var request = Curved.Resolve(new() { Method = "shapley", Segments = "slic:20", Samples = 6, Target = "2" });
        var expected = Local.Finish(new ExplanationRun(request, Quarters, 0), Curved, Quarters);
        var run = new ExplanationRun(request, Quarters, 0);
        while (run.Round is { } round)
        {
            run.Add(Local.Compute(Curved, round, run.Shards[^1], Quarters));
            run = ExplanationRun.Load(run.Save(), request, Quarters, 0);
        }
        Assert.Equal(expected.Estimate.Map.Data, run.Result.Estimate.Map.Data);
    }

    [Fact]
    public void Files_that_are_no_segments_of_the_image_are_refused()
    {
        var request = new ExplanationRequest { Method = "lime", Segments = "cells.png", Target = "1" };
        Assert.Equal("SAL2042", Code());
        Assert.Equal("SAL2041", Code(Tensor.Zeros(1, Side, Side + 1)));
        Assert.Equal("SAL2045", Code(new Tensor([1, Side, Side], [.. Enumerable.Repeat(0.5f, Side * Side)])));
        Assert.Equal("SAL2045", Code(new Tensor([1, Side, Side], [.. Enumerable.Repeat(float.NaN, Side * Side)])));
        var wide = FakeNetwork.Sines(1, 40, 40);
        var many = new Tensor([1, 40, 40], [.. Enumerable.Range(0, 1600).Select(i => (float)i)]);
        Assert.Equal("SAL2044", Assert.Throws<SaliencyException>(() => Local.Explain(wide, request, storedBaselines: many)).Code);

        string Code(params Tensor[] stored) =>
            Assert.Throws<SaliencyException>(() => Local.Explain(Curved, request, storedBaselines: stored)).Code;
    }

    [Fact]
    public void Too_few_samples_for_the_segments_of_an_image_are_said_where_these_are_known()
    {
        var request = new ExplanationRequest { Method = "kernel-shap", Segments = "slic:200", Samples = 40, Target = "1" };
        Assert.Equal("SAL2003", Assert.Throws<RequestException>(() => Local.Explain(Curved, request)).Errors[0].Code);
    }

    private static int[] Labels(string segments)
    {
        // Each segment taken away is a point: which pixels change says which segment they are.
        var request = Curved.Resolve(new() { Method = "feature-ablation", Segments = segments, Target = "2" });
        var run = new ExplanationRun(request, Quarters, 0);
        run.Add(Local.Compute(Curved, run.Round!, run.Shards[0], Quarters));
        return [.. run.Round!.Recipe.Anchors[0].Data.Select(v => (int)v)];
    }
}
