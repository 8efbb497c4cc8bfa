using CsCheck;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Runs;

public class ExplanationRunTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(1, 4, 4);
    private static readonly ExplanationRequest Request = new() { Method = "smoothgrad", Samples = 21, MicroBatch = 2, ShardPoints = 4 };

    [Fact]
    public void Gradient_is_the_gradient_of_the_predicted_class()
    {
        var image = Network.Image();
        var predicted = Enumerable.Range(0, 3).MaxBy(j => Network.Value(image.Data, j));

        var result = Local.Explain(Network, new ExplanationRequest { Method = "gradient" }, image);

        Assert.Equal($"{predicted}", result.Target);
        Assert.Equal(new[] { "a", "b", "c" }[predicted], result.Label);
        Assert.Equal((float)Network.Value(image.Data, predicted), result.Score);
        Assert.Equal(Network.Gradient(image.Data, predicted), result.Estimate.Map.Data);
        Assert.Equal((1, 1), (result.Points, result.ProbePoints));
    }

    [Fact]
    public void Shards_in_any_order_with_repeats_and_restarts_give_the_same_bytes()
    {
        var expected = Local.Explain(Network, Request).Estimate;
        Gen.Int[0, 1_000_000].Sample(
            seed =>
            {
                var random = new Random(seed);
                var run = Start();
                while (run.Round is { } round)
                {
                    var partials = run.Shards.Select(s => Local.Compute(Network, round, s, Network.Image())).OrderBy(_ => random.Next()).ToArray();
                    foreach (var partial in partials)
                    {
                        run.Add(partial);
                        if (random.Next(3) == 0) Assert.False(run.Add(partial));
                        if (random.Next(3) == 0) run = Reload(run);
                    }
                }
                Assert.Equal(expected.Map.Data, run.Result.Estimate.Map.Data);
                Assert.Equal(expected.StandardError, run.Result.Estimate.StandardError);
            },
            iter: 30);
    }

    [Fact]
    public void A_round_whose_successor_cannot_be_worked_out_stays_complete_and_can_be_asked_again()
    {
        var request = Network.Resolve(new ExplanationRequest { Method = "integrated-gradients", Steps = 4 });
        // No checked request lacks it: the method throws where it reads it.
        var run = new ExplanationRun(request with { Options = request.Options with { Steps = null } }, Network.Image(), 0);
        var probe = Local.Compute(Network, run.Round!, run.Shards[0], Network.Image());
        Assert.True(run.Accept(probe));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Throws<InvalidOperationException>(() => run.Commit(run.Compute()));
            Assert.True(run.IsRoundComplete);
            Assert.Equal((0, 0), (run.Round!.Number, run.Progress.PointsDone));
            Assert.False(run.Accept(probe));
        }
        // A checkpoint of it goes on with a version that mends the method.
        var mended = ExplanationRun.Load(new ExplanationRun(request, Network.Image(), 0).Save(), request, Network.Image(), 0);
        Assert.True(mended.Accept(probe));
        mended = ExplanationRun.Load(mended.Save(), request, Network.Image(), 0);
        Assert.True(mended.IsRoundComplete);
        mended.Commit(mended.Compute());
        Assert.Equal(1, mended.Round!.Number);
    }

    [Fact]
    public void Shard_size_in_powers_of_two_does_not_show_in_the_bits() => Assert.All(
        (int[])[2, 4, 8, 64],
        points => Assert.Equal(
            Local.Explain(Network, Request).Estimate.Map.Data,
            Local.Explain(Network, Request with { ShardPoints = points }).Estimate.Map.Data));

    [Fact]
    public void Micro_batch_changes_the_map_by_no_more_than_rounding()
    {
        var one = Local.Explain(Network, Request with { MicroBatch = 1 }).Estimate.Map.Data;
        var eight = Local.Explain(Network, Request with { MicroBatch = 8 }).Estimate.Map.Data;
        for (var i = 0; i < one.Length; i++) Assert.Equal(one[i], eight[i], 1e-5f);
    }

    [Fact]
    public void Progress_counts_every_point_once()
    {
        var run = Start();
        Assert.Equal(new RunProgress(0, 0, 0, 21), run.Progress);
        Advance(run, 1);
        Assert.Equal(new RunProgress(1, 0, 21, 21), run.Progress);
        Advance(run, 3);
        Assert.Equal(new RunProgress(1, 12, 21, 21), run.Progress);
        Local.Finish(run, Network, Network.Image());
        Assert.Equal((21, 21, 21), (run.Progress.PointsDone, run.Progress.PointsPlanned, run.Result.Points));
        Assert.Empty(run.Shards);
    }

    [Fact]
    public void A_preview_estimates_the_map_from_what_has_arrived()
    {
        var run = Start();
        Assert.Null(run.Preview());
        Advance(run, 1);
        Assert.Null(run.Preview());
        Advance(run, 3);
        var preview = run.Preview()!.Estimate.Map.Data;
        var final = Local.Finish(run, Network, Network.Image()).Estimate.Map.Data;
        var far = preview.Zip(final, (p, f) => (p - f) * (p - f)).Sum() / final.Sum(f => f * f);
        Assert.InRange(far, 1e-9, 0.2);
        Assert.Equal(final, run.Preview()!.Estimate.Map.Data);
    }

    [Fact]
    public void A_map_that_is_not_finite_fails_the_image_with_its_points()
    {
        var run = Start();
        Advance(run, 1);
        var partial = Local.Compute(Network, run.Round!, run.Shards[2], Network.Image());
        partial.Sum!.Data[3] = float.NaN;
        var error = Assert.Throws<SaliencyException>(() => run.Add(partial));
        Assert.Equal("SAL2402", error.Code);
        Assert.Equal("The model gave NaN or infinity for image 0 in round 1, points 8 to 11.", error.What);
    }

    [Fact]
    public void Outputs_that_are_not_finite_fail_the_image()
    {
        var run = Start();
        var probe = Local.Compute(Network, run.Round!, run.Shards[0], Network.Image());
        probe.Outputs![1] = float.PositiveInfinity;
        Assert.Equal("SAL2403", Assert.Throws<SaliencyException>(() => run.Add(probe)).Code);
    }

    [Fact]
    public void Partials_that_do_not_fit_are_refused_and_leave_the_run_as_it_was()
    {
        var run = Start();
        Advance(run, 1);
        var good = Local.Compute(Network, run.Round!, run.Shards[0], Network.Image());
        Partial[] bad =
        [
            good with { Round = 2 }, good with { Index = 99 }, good with { Level = 9 }, good with { Scores = [1] }, good with { Sum = null },
            good with { Sum = Tensor.Zeros(1, 4, 5) }, good with { SquaredSum = null }, good with { Sum = new([1, 4, 4], [1]) },
        ];
        Assert.All(bad, partial => Assert.Equal("SAL2401", Assert.Throws<SaliencyException>(() => run.Add(partial)).Code));
        Assert.Equal(0, run.Progress.PointsDone);
        Assert.True(run.Add(good));
    }

    [Theory]
    [InlineData(new[] { 1, 4, 5 }, "Image 7 has shape [1,4,5]; the model's input 'input' takes [1,4,4], channels first.")]
    [InlineData(new[] { 16 }, "Image 7 has shape [16]; the model's input 'input' takes [1,4,4], channels first.")]
    public void An_image_of_another_shape_is_refused(int[] shape, string what)
    {
        var error = Assert.Throws<SaliencyException>(() => new ExplanationRun(Network.Resolve(Request), Tensor.Zeros(shape), 7));
        Assert.Equal(("SAL2101", what), (error.Code, error.What));
    }

    [Fact]
    public void An_image_with_nan_is_refused()
    {
        var image = Network.Image();
        image.Data[5] = float.NaN;
        var error = Assert.Throws<SaliencyException>(() => new ExplanationRun(Network.Resolve(Request), image, 0));
        Assert.Equal(("SAL2102", "Image 0 is not finite: element 5 is NaN."), (error.Code, error.What));
    }

    [Fact]
    public void A_checkpoint_of_another_request_image_or_version_is_refused()
    {
        var run = Start();
        Advance(run, 2);
        var saved = run.Save();
        var damaged = saved.ToArray();
        damaged[^40]++;
        Assert.Equal("The checkpoint is damaged.", Refusal(damaged, Network.Resolve(Request), Network.Image()));
        Assert.Equal("The checkpoint is damaged.", Refusal(saved[..^1], Network.Resolve(Request), Network.Image()));
        Assert.Equal("The checkpoint belongs to another request or image.", Refusal(saved, Network.Resolve(Request with { Samples = 20 }), Network.Image()));
        Assert.Equal("The checkpoint belongs to another request or image.", Refusal(saved, Network.Resolve(Request), Network.Image(2)));

        string Refusal(byte[] bytes, ResolvedRequest request, Tensor image) =>
            Assert.Throws<SaliencyException>(() => ExplanationRun.Load(bytes, request, image, 0)).What;
    }

    private static ExplanationRun Start() => new(Network.Resolve(Request), Network.Image(), 0);

    private static ExplanationRun Reload(ExplanationRun run) =>
        ExplanationRun.Load(run.Save(), Network.Resolve(Request), Network.Image(), 0);

    private static void Advance(ExplanationRun run, int shards)
    {
        for (var i = 0; i < shards; i++) run.Add(Local.Compute(Network, run.Round!, run.Shards[0], Network.Image()));
    }
}
