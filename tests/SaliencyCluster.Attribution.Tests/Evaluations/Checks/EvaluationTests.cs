using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Checks.OneMap;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Checks;

public sealed class EvaluationTests
{
    private static readonly EvaluatedModel Model = ModelOf("linear", "0123456789abcdef");
    private readonly LinearEngine _engine = new();

    [Fact]
    public async Task Equal_states_of_several_orders_and_checks_are_explained_once()
    {
        var result = await RunAsync(new RandomizationCheck(), new RandomizationCheck { Orders = [LayerOrder.CascadingFromInput] }, new MapPropertiesCheck());
        Assert.Equal(_engine.Asked.Count, _engine.Asked.Distinct().Count());
        // Three layers: 3 + 3 + 3 stages, of which "all" is shared by both cascades and single layers by a cascade and "independent": 6 states
        // of two seeds, and the trained model; three methods and two images.
        Assert.Equal(((6 * 2) + 1) * 3 * 2, _engine.Asked.Count);
        Assert.Equal((6 * 2) + 1, result.Facts.Models);
    }

    [Fact]
    public async Task Edges_never_react_a_random_map_is_like_nothing_and_a_gradient_loses_its_likeness()
    {
        var result = await RunAsync(new RandomizationCheck());
        double Mean(string method, string measure) => result.Summaries.Single(s =>
            s.Method == method && s.Measure == measure && s.Condition == "cascading from output" && s.Stage == 2).Estimate.Mean!.Value;
        Assert.Equal(1, Mean("control: Sobel edges", "spearman-abs"), 1e-12);
        Assert.Equal(1, Mean("constant", "ssim"), 1e-9);
        Assert.Equal(0, Mean("control: random map", "spearman-abs"), 0.1);
        Assert.Equal(0, Mean("gradient", "spearman-abs"), 0.1);
    }

    [Fact]
    public async Task The_explained_class_is_kept_unless_the_randomised_model_shall_choose()
    {
        await RunAsync(new RandomizationCheck { Class = ClassRule.Original, Orders = [LayerOrder.Independent] });
        Assert.DoesNotContain(_engine.Asked, a => a.State != Model.Trained.Hash && a.Target == "predicted");
        var result = await RunAsync(new RandomizationCheck { Class = ClassRule.Predicted, Orders = [LayerOrder.Independent] });
        Assert.Contains(_engine.Asked, a => a.State != Model.Trained.Hash && a.Target == "predicted");
        Assert.InRange(result.Summaries.First(s => s.Method == "gradient" && s.Measure == "same-class").Estimate.Mean!.Value, 0, 1);
    }

    [Fact]
    public async Task The_random_logit_is_never_the_explained_class()
    {
        var result = await RunAsync(new RandomLogitCheck());
        var asked = _engine.Asked.Where(a => a.Method == "gradient").GroupBy(a => a.Image).ToList();
        Assert.All(asked, image => Assert.Equal(2, image.Count()));
        Assert.Equal(0, result.Summaries.Single(s => s.Method == "gradient" && s.Measure == "spearman").Estimate.Mean!.Value, 0.15);
    }

    [Fact]
    public async Task Perturbation_checks_know_a_linear_model_when_they_see_one()
    {
        var result = await RunAsync(new InsertionDeletionCheck(), new PixelFlippingCheck(), new InfidelityCheck(), new SensitivityCheck());
        double Mean(string method, string measure) => result.Summaries.Single(s => s.Method == method && s.Measure == measure).Estimate.Mean!.Value;
        Assert.Equal(0, Mean("gradient", "infidelity"), 1e-6);
        Assert.Equal(0, Mean("gradient-times-input", "infidelity-scaled"), 1e-6);
        Assert.Equal(0, Mean("gradient", "sensitivity-max"), 1e-6);
        Assert.InRange(Mean("gradient-times-input", "sensitivity-max"), 0.001, 0.2);
        Assert.True(Mean("gradient-times-input", "deletion-auc") < Mean("control: random map", "deletion-auc"));
        Assert.True(Mean("gradient-times-input", "insertion-auc") > Mean("control: random map", "insertion-auc"));
        Assert.True(Mean("gradient-times-input", "area-over-curve") > Mean("control: Sobel edges", "area-over-curve"));
    }

    [Fact]
    public async Task Localization_compares_models_and_refuses_images_without_masks()
    {
        var other = ModelOf("other", "fedcba9876543210");
        var refused = await Assert.ThrowsAsync<Onnx.SaliencyException>(() => RunAsync(new LocalizationCheck([other])));
        Assert.Equal("SAL2704: The evaluation cannot be carried out: image 'digit-3' has no mask. Give a mask for every image: `--masks FILE.npy` or `--boxes FILE`.",
            refused.Message);

        var masked = Plan([new LocalizationCheck([other])]);
        masked = masked with { Images = [.. masked.Images.Select(i => i with { Mask = new Mask(28, 28, [.. i.Pixels.Data.Select(v => v > 0.5f)]) })] };
        var result = await new EvaluationRunner(masked, _engine).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["linear", "other"], result.Summaries.Select(s => s.Condition).Distinct());
        Assert.InRange(result.Summaries.First(s => s.Method == "constant" && s.Measure == "mass-accuracy").Estimate.Mean!.Value, 0.8, 1);
    }

    [Fact]
    public async Task The_numbers_do_not_depend_on_how_many_batches_run_at_a_time()
    {
        ICheck[] checks = [new RandomizationCheck { Orders = [LayerOrder.Independent] }, new RoadCheck(), new MapPropertiesCheck()];
        var alone = await new EvaluationRunner(Plan(checks), _engine, parallelBatches: 1).RunAsync(cancellation: TestContext.Current.CancellationToken);
        var beside = await new EvaluationRunner(Plan(checks), _engine, parallelBatches: 3).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(alone.Measurements, beside.Measurements);
        Assert.Equal(alone.Summaries, beside.Summaries);
        Assert.Equal(alone.Montage.Select(m => (m.Slot, m.Method, m.Image)), beside.Montage.Select(m => (m.Slot, m.Method, m.Image)));
    }

    [Fact]
    public async Task Squares_that_no_map_decides_are_evaluated_once_for_all_methods()
    {
        await RunAsync(new InfidelityCheck { Samples = 4 }, new PixelFlippingCheck { Steps = 4 });
        Assert.Single(_engine.Forwarded, f => f.Perturbation is RemovedSquares);
        Assert.Equal(6, _engine.Forwarded.Count(f => f.Perturbation is PixelWalk));
    }

    [Fact]
    public async Task An_evaluation_that_was_interrupted_asks_only_for_what_has_no_answer_and_ends_with_the_same_numbers()
    {
        var plan = Plan([new RandomizationCheck { Orders = [LayerOrder.CascadingFromOutput] }, new PixelFlippingCheck { Steps = 4 }, new MapPropertiesCheck()]);
        var expected = await new EvaluationRunner(plan, _engine).RunAsync(cancellation: TestContext.Current.CancellationToken);
        var answers = new MemoryAnswers();
        using var interrupt = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new EvaluationRunner(plan, new LinearEngine(), 1, answers)
            .RunAsync(new AfterSome(5, interrupt), interrupt.Token));
        var kept = answers.Names.Count;
        Assert.InRange(kept, 5, 8);

        var rest = new LinearEngine();
        var result = await new EvaluationRunner(plan, rest, 1, answers).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(JsonReport.Write(expected), JsonReport.Write(result));
        Assert.Equal(JsonReport.Csv(expected), JsonReport.Csv(result));
        Assert.Equal(expected.Montage.Select(m => (m.Slot, m.Method, m.Image)), result.Montage.Select(m => (m.Slot, m.Method, m.Image)));
        Assert.All(expected.Montage.Zip(result.Montage), m => Assert.Equal(m.First.Map.Data, m.Second.Map.Data));
        Assert.True(rest.Asked.Count + rest.Forwarded.Count < _engine.Asked.Count + _engine.Forwarded.Count);
        Assert.Equal(answers.Names.Order(), rest.Forgotten.Order());
    }

    [Fact]
    public async Task An_image_that_cannot_be_explained_is_reported_and_the_others_count()
    {
        var plan = Plan([new MapPropertiesCheck()]) with { Methods = [MethodUnderTest.Of(new() { Method = "broken" }), .. MethodUnderTest.Controls] };
        var result = await new EvaluationRunner(plan, _engine).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["broken: no such method"], result.Facts.Failures);
        Assert.DoesNotContain(result.Summaries, s => s.Method == "broken");
        Assert.Contains(result.Summaries, s => s.Method == "control: Sobel edges");
    }

    [Fact]
    public async Task A_method_that_cannot_explain_an_image_takes_it_from_no_other_method_that_was_asked_with_it()
    {
        var engine = new LinearEngine { FailsTogether = true };
        var plan = Plan([new RandomizationCheck { Orders = [LayerOrder.Independent] }]);
        plan = plan with { Seeds = [0], Methods = [MethodUnderTest.Of(new() { Method = "gradient" }), MethodUnderTest.Of(new() { Method = "broken" })] };
        var result = await new EvaluationRunner(plan, engine).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["broken: no such method"], result.Facts.Failures);
        var expected = await new EvaluationRunner(plan with { Methods = [plan.Methods[0]] }, new LinearEngine()).RunAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Measurements, result.Measurements);
        // The trained model's maps are asked for again one by one; a method that has none is not asked about randomised ones.
        Assert.Equal(["w0.o", "w0.o.0", "w0.o.1", "w0.s0", "w0.s1", "w0.s2"], engine.Forgotten.Order());
    }

    [Theory, InlineData(0, 1, "it has no images"), InlineData(2, 0, "it has no seeds")]
    public async Task A_plan_without_images_or_seeds_is_refused_before_anything_runs(int images, int seeds, string why)
    {
        var plan = Plan([new MapPropertiesCheck()]);
        plan = plan with { Images = [.. plan.Images.Take(images)], Seeds = [.. plan.Seeds.Take(seeds)] };
        var refused = await Assert.ThrowsAsync<Onnx.SaliencyException>(() => new EvaluationRunner(plan, _engine).RunAsync(cancellation: TestContext.Current.CancellationToken));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Empty(_engine.Asked);
    }

    private Task<EvaluationResult> RunAsync(params ICheck[] checks) =>
        new EvaluationRunner(Plan(checks), _engine).RunAsync(cancellation: TestContext.Current.CancellationToken);

    private static EvaluationPlan Plan(IReadOnlyList<ICheck> checks) => new()
    {
        Title = "test",
        Model = Model,
        Methods = [.. new[] { "gradient", "gradient-times-input", "constant" }.Select(m => MethodUnderTest.Of(new() { Method = m })), .. MethodUnderTest.Controls],
        Images = [new(0, "digit-3", References.Map("inputs/mnist-cnn/digit-3")), new(1, "digit-8", References.Map("inputs/mnist-cnn/digit-8"))],
        Checks = checks,
        Seeds = [0, 1],
        Bootstrap = new() { Resamples = 100 },
    };

    private static EvaluatedModel ModelOf(string name, string hash) => new(
        name,
        new ModelSummary(hash, 13, "input", [1, 28, 28], "logits", [3], true, false, [], null, [], 0, 0),
        [.. new[] { "a", "b", "c" }.Select(n => new WeightLayer(n, "Gemm", []))], []);
}
