using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class AscentTests
{
    private static readonly FakeNetwork Linear = FakeNetwork.Linear(1, 6, 5), Sines = FakeNetwork.Sines(3, 6, 5);

    private static readonly ExplanationRequest Request = new()
    {
        Method = "maximize", Steps = 30, Target = "1", Ascent = "range=-1:1,copies=3,jitter=1,zoom=0.1,turn=10,tv=0.1,l2=0.1",
    };

    [Theory]
    [InlineData("basis=pixel")]
    [InlineData("basis=fourier")]
    public void A_linear_unit_is_climbed_to_the_end_of_the_range(string basis)
    {
        var request = Request with { Steps = 300, Ascent = $"range=-1:1,{basis},jitter=0,zoom=0,turn=0,rate=0.3" };
        var estimate = Local.Explain(Linear, request, new Tensor([1, 6, 5], new float[30])).Estimate;
        Assert.Equal([12, 1, 6, 5], estimate.Map.Shape);
        var end = estimate.Map.Data[^30..];
        Assert.All(end, v => Assert.InRange(v, basis == "basis=pixel" ? 0.97f : -1, 1));
        Assert.Equal(300, estimate.Trace!.Count);
        Assert.Equal(12, estimate.FrameScores!.Count);
        // Of coefficients Adam remembers the first, great slopes for long: the two lightest pixels are still on their way.
        Assert.True(estimate.FrameScores[^1] > 0.95 * Enumerable.Range(2, 30).Sum());
    }

    [Fact]
    public void Phases_alone_raise_a_unit_and_magnitudes_stay_those_of_the_image()
    {
        var request = Request with { Steps = 200, Ascent = "range=-1:1,basis=maco,jitter=0,zoom=0,turn=0" };
        var image = new Tensor([1, 6, 5], [.. Enumerable.Range(0, 30).Select(i => i % 7 == 3 ? 0.02f : -0.01f)]);
        var estimate = Local.Explain(Linear, request, image).Estimate;
        Assert.True(estimate.Trace![^1] > estimate.Trace[0] + 0.1);
        // So small that the squashing is not felt.
        Assert.Equal(Energy(image.Data), Energy(estimate.Map.Data[^30..]), 0.02 * Energy(image.Data));

        static double Energy(float[] values) => values.Sum(v => (v - values.Average()) * (v - values.Average()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",basis=maco")]
    public void An_ascent_goes_on_from_a_checkpoint_after_every_shard_to_the_same_bytes(string basis)
    {
        var request = Request with { Ascent = Request.Ascent + basis };
        var whole = Local.Explain(Sines, request).Estimate;
        var run = new ExplanationRun(Sines.Resolve(request), Sines.Image(), 0);
        while (run.Round is { } round)
        {
            run.Add(Local.Compute(Sines, round, run.Shards[^1], Sines.Image()));
            if (run.Round is not null) run = ExplanationRun.Load(run.Save(), Sines.Resolve(request), Sines.Image(), 0);
        }
        Assert.Equal(whole.Map.Data, run.Result.Estimate.Map.Data);
        Assert.Equal(whole.Trace, run.Result.Estimate.Trace);
        Assert.Equal(whole.FrameScores, run.Result.Estimate.FrameScores);
        Assert.Equal(90 + 12, run.Result.Points);
    }

    [Fact]
    public void A_checkpoint_is_as_large_after_many_steps_as_after_one()
    {
        var sizes = new List<int>();
        var run = new ExplanationRun(Sines.Resolve(Request), Sines.Image(), 0);
        while (run.Round is not null)
        {
            foreach (var shard in run.Shards) run.Add(Local.Compute(Sines, run.Round, shard, Sines.Image()));
            sizes.Add(run.Save().Length);
        }
        // Only the scores grow, by four bytes a step.
        Assert.InRange(sizes[^4] - sizes[1], 4 * 27, 4 * 28);
    }

    [Fact]
    public void Restarts_are_other_images_and_the_same_one_twice_is_not()
    {
        var first = Local.Explain(Sines, Request).Estimate.Map.Data;
        Assert.Equal(first, Local.Explain(Sines, Request).Estimate.Map.Data);
        Assert.NotEqual(first, Local.Explain(Sines, Request, imageIndex: 1).Estimate.Map.Data);
        Assert.NotEqual(first, Local.Explain(Sines, Request with { Seed = 1 }).Estimate.Map.Data);
    }

    [Fact]
    public void A_preview_is_the_image_so_far()
    {
        var run = new ExplanationRun(Sines.Resolve(Request), Sines.Image(), 0);
        for (var round = 0; round < 6; round++)
            foreach (var shard in run.Shards) run.Add(Local.Compute(Sines, run.Round!, shard, Sines.Image()));
        var preview = run.Preview()!;
        Assert.Equal(5, preview.Estimate.Trace!.Count);
        Assert.Equal([1 + AscentSpec.FrameSteps(30).Count(s => s < 5), 3, 6, 5], preview.Estimate.Map.Shape);
        Assert.Null(preview.Estimate.FrameScores);
    }

    [Theory]
    [InlineData(null, "range")]
    [InlineData("jitter=1", "range")]
    [InlineData("range=0:1/0:1", "2 ranges")]
    [InlineData("range=0:1,hue=3", "hue=3")]
    public void What_cannot_be_drawn_is_refused(string? ascent, string says)
    {
        var error = Assert.Throws<RequestException>(() => Sines.Resolve(Request with { Ascent = ascent }));
        Assert.Contains(error.Errors, e => e.Code == "SAL2003" && e.Field == "ascent" && (e.What + e.Next).Contains(says,
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("output", "SAL2021")]
    [InlineData("smooth", "SAL2004")]
    [InlineData("score", "SAL2003")]
    public void What_an_ascent_does_not_take_is_refused(string option, string code)
    {
        var request = option switch
        {
            "output" => Request with { Output = "nothing" },
            "smooth" => Request with { Smooth = "smoothgrad" },
            _ => Request with { Score = "probability" },
        };
        Assert.Contains(Assert.Throws<RequestException>(() => Sines.Resolve(request)).Errors, e => e.Code == code);
    }

    [Fact]
    public void A_model_of_rows_is_drawn_by_pixels_only()
    {
        var rows = FakeNetwork.Linear(7);
        Assert.Contains(Assert.Throws<RequestException>(() => rows.Resolve(Request)).Errors, e => e.Code == "SAL2033");
        var estimate = Local.Explain(rows, Request with { Steps = 200, Ascent = "range=-1:1,rate=1" }).Estimate;
        Assert.All(estimate.Map.Data[^7..], v => Assert.InRange(v, 0.95f, 1));
    }

    [Fact]
    public void A_thousand_steps_of_a_picture_of_imagenets_size_are_let_in() =>
        Assert.Equal(1012, RequestResolver.Resolve(
            Request with { Steps = 1000, Ascent = "range=0:1" }, Sines.Summary with { ImageShape = [3, 224, 224] }, []).PlannedPoints);

    [Fact]
    public void An_ascent_that_would_keep_too_much_is_refused_at_the_door() =>
        Assert.Contains(Assert.Throws<RequestException>(() => RequestResolver.Resolve(
            Request with { Steps = 1000, Ascent = "range=0:1,copies=64" }, Sines.Summary with { ImageShape = [3, 4096, 4096] },
                [])).Errors, e => e.Code == "SAL2005");
}
