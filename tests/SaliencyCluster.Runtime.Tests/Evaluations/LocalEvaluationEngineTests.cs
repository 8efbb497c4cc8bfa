using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Evaluations;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.Evaluations;

public sealed class LocalEvaluationEngineTests : IAsyncDisposable
{
    private static readonly LocalModel Digits = new("mnist-cnn", ModelReader.ReadFile(Repo.Model("mnist-cnn")), []);
    private static readonly Tensor Three = NpyFile.ReadFile(Repo.Golden("inputs", "mnist-cnn", "digit-3.npy"));
    private readonly Device _device = new(new DeviceOptions { Lanes = 2 }, TimeProvider.System, NullLogger.Instance);

    private LocalEvaluationEngine Engine => new(_device, [Digits], TimeProvider.System);

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    private async Task<IReadOnlyList<ExplainedMap>> ExplainAsync(ModelState state, ExplanationRequest request) => (await TogetherAsync(state, request))[0];

    private Task<List<IReadOnlyList<ExplainedMap>>> TogetherAsync(ModelState state, params ExplanationRequest[] requests) =>
        Engine.ExplainAsync(new("batch", state, requests, [new(3, "three", Three)]), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken).AsTask();

    [Fact]
    public async Task Methods_that_are_asked_for_together_have_the_maps_that_each_has_alone_and_count_what_they_share_once()
    {
        var state = Digits.ForChecks().Randomized(new RandomizationSpec(1, ["/fc2/Gemm"]));
        ExplanationRequest[] requests = [.. new[] { "gradient", "gradient-times-input", "guided-backprop" }.Select(m => new ExplanationRequest { Method = m, Target = "3" })];
        var together = await TogetherAsync(state, requests);
        Assert.Equal(3, together.Count);
        foreach (var (request, maps) in requests.Zip(together)) Assert.Equal((await ExplainAsync(state, request))[0].Map!.Data, maps[0].Map!.Data);
        // One forward pass and one gradient for both plain methods, and the guided one.
        Assert.Equal([3, 0, 0], together.Select(maps => maps[0].Points));
    }

    [Fact]
    public async Task The_trained_model_gives_the_map_and_the_class_that_captum_gives()
    {
        var maps = await ExplainAsync(Digits.ForChecks().Trained, new() { Method = "gradient" });
        Assert.Equal("3", maps[0].Target);
        var golden = NpyFile.ReadFile(Repo.Golden("mnist-cnn", "digit-3", "gradient.npy"));
        Assert.All(golden.Data.Zip(maps[0].Map!.Data), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    [Fact]
    public async Task A_randomised_model_is_derived_here_and_gives_other_maps_the_same_each_time()
    {
        var state = Digits.ForChecks().Randomized(new RandomizationSpec(1, ["/fc2/Gemm"]));
        async Task<float[]> Map(ModelState s) =>
            (await ExplainAsync(s, new() { Method = "gradient", Target = "3" }))[0].Map!.Data;
        Assert.Equal(await Map(state), await Map(state));
        Assert.NotEqual(await Map(Digits.ForChecks().Trained), await Map(state));
    }

    [Fact]
    public async Task A_device_keeps_the_sessions_of_the_last_few_randomised_models_only_and_those_of_the_trained_one()
    {
        var model = Digits.ForChecks();
        await ExplainAsync(model.Trained, new() { Method = "gradient", Target = "3" });
        foreach (var seed in Enumerable.Range(0, 10))
        {
            foreach (var method in (string[])["gradient", "guided-backprop"])
                await ExplainAsync(model.Randomized(new((ulong)seed, ["/fc2/Gemm"])), new() { Method = method, Target = "3" });
        }
        Assert.Equal(
            Enumerable.Range(6, 4).Select(seed => model.Randomized(new((ulong)seed, ["/fc2/Gemm"])).Hash).Append(model.Trained.Hash).Order(),
            _device.LoadedModels.Order());
    }

    [Fact]
    public async Task Forward_passes_return_the_logits_of_every_changed_copy_in_order()
    {
        var explained = (await ExplainAsync(Digits.ForChecks().Trained, new() { Method = "gradient", Target = "3" }))[0];
        var answers = await Engine.ForwardAsync(
            new("walk", Digits.ForChecks().Trained, new PixelWalk(Substrate.Zeros, 20), [new(3, "three", Three, explained.Map)]), TestContext.Current.CancellationToken);
        var outputs = answers.Single().Logits!;
        Assert.Equal(21, outputs.Count);
        Assert.All(outputs, o => Assert.Equal(10, o.Length));
        Assert.Equal(explained.Score, outputs[0][3], 1e-4f);
        Assert.NotEqual(outputs[0], outputs[^1]);
    }

    [Fact]
    public async Task The_gradient_of_digits_reacts_to_randomisation_and_edges_do_not()
    {
        var plan = new EvaluationPlan
        {
            Title = "test",
            Model = Digits.ForChecks(),
            Methods = [MethodUnderTest.Of(new() { Method = "gradient" }), .. MethodUnderTest.Controls],
            Images = [.. Enumerable.Range(0, 10).Select(i => new EvaluatedImage((uint)i, $"digit-{i}", NpyFile.ReadFile(Repo.Golden("inputs", "mnist-cnn", $"digit-{i}.npy"))))],
            Checks = [new RandomizationCheck { Orders = [LayerOrder.CascadingFromOutput] }, new InsertionDeletionCheck()],
            Seeds = [0],
        };
        var result = await new EvaluationRunner(plan, Engine).RunAsync(cancellation: TestContext.Current.CancellationToken);
        double Last(string method) => result.Summaries.Last(s => s.Check == "randomization" && s.Method == method && s.Measure == "spearman").Estimate.Mean!.Value;
        Assert.InRange(Last("gradient"), -0.2, 0.2);
        Assert.Equal(1, Last("control: Sobel edges"), 1e-9);
        Assert.Equal(10 * (1 + 4), result.Facts.Maps);
        Assert.Equal(10 * 4 * 2 * 29, result.Facts.ForwardPoints);
    }
}
