using SaliencyCluster.Attribution.Tests.Evaluations.Checks;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Checks.OneMap;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Reporting;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Report;

/// <summary>One evaluation of the linear model with every check, computed once for all tests of the report.</summary>
public sealed class ReportFixture : IAsyncLifetime
{
    public EvaluationResult Result { get; private set; } = null!;

    public string Page { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var hash = "0123456789abcdef";
        var model = new EvaluatedModel(
            "linear <script>alert(1)</script>", new ModelSummary(hash, 13, "input", [1, 28, 28], "logits", [3], true, false, [], null, [], 0, 0),
            [.. new[] { "/first/Gemm", "/second/Gemm" }.Select(n => new WeightLayer(n, "Gemm", []))], []);
        Result = await new EvaluationRunner(
            new EvaluationPlan
            {
                Title = "Evidence & more",
                Model = model,
                Methods = [MethodUnderTest.Of(new() { Method = "gradient" }), MethodUnderTest.Of(new() { Method = "constant" }), .. MethodUnderTest.Controls],
                Images = [.. new uint[] { 3, 8 }.Select((digit, i) => Image((uint)i, digit))],
                Checks =
                [
                    new RandomizationCheck { Orders = [LayerOrder.CascadingFromOutput] }, new RandomLogitCheck(), new InsertionDeletionCheck { Steps = 4 },
                    new RoadCheck { Shares = [0.5] }, new InfidelityCheck { Samples = 4 }, new LocalizationCheck([]), new MapPropertiesCheck(),
                ],
                Seeds = [0],
                Bootstrap = new() { Resamples = 50 },
                MontageImages = 1,
            },
            new LinearEngine()).RunAsync();
        Page = HtmlReport.Write(Result, "footer <&>");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static EvaluatedImage Image(uint index, uint digit)
    {
        var pixels = References.Map($"inputs/mnist-cnn/digit-{digit}");
        return new(index, $"digit-{digit}", pixels) { Mask = new Mask(28, 28, [.. pixels.Data.Select(v => v > 0.5f)]), Group = digit == 3
            ? "odd" : "even" };
    }
}
