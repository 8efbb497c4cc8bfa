using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.References;

/// <summary>DeepLIFT's multipliers between the image and references, times the differences from these, averaged over the
/// references.</summary>
public abstract class ReferenceMethod(string name, MethodDescription description) : ISampleMethod
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MethodDescription Description => description;

    /// <inheritdoc/>
    public virtual IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model) => [];

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        BaselineSpec.Recipes(request, 0).Count;

    // Baselines that are made of the image, such as its mean, are made of each noisy one.
    /// <inheritdoc/>
    public bool IsOneSum(ExplanationRequest request) => BaselineSpec.Recipes(request, 0).Count == 1;

    /// <inheritdoc/>
    public string? Note(ExplanationRequest request, ModelSummary model)
    {
        string[] curved = [.. model.NotRescaled ?? [],
            .. request.Score == "probability" && model.Activation == "Softmax" ? ["Softmax"] : (string[])[]];
        return curved.Length == 0 ? null
            : $"{Name} has no exact rule for {string.Join(", ", curved)}: the gradient is taken there, and the map "
            + "adds up to the difference of scores but for the convergence delta.";
    }

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) =>
        done.Count > 0 ? null : Sample(context) with { Squares = context.Baselines.Count > 1 };

    /// <inheritdoc/>
    public Round Sample(MethodContext context) => new()
    {
        Map = PointMap.Gradient,
        Rules = GradientRules.Rescale,
        Recipe = new PointRecipe
        {
            Baselines = BaselineSpec.Recipes(context.Options, context.ImageIndex),
            Multiplier = MultiplierKind.Baseline,
        },
        Points = [.. Enumerable.Range(0, context.Baselines.Count).Select(b => new Point(1, 1f / context.Baselines.Count, -1, b))],
    };

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var map = done[0].Sum!;
        var error = done[0].SquaredSum is null ? null : SmoothStatistics.StandardError(done[0], context.Baselines.Count);
        return new(map)
        {
            ConvergenceDelta = Completeness.Delta(map, context.Probe),
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }
}
