using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>A method that explains the network by a linear model of which segments are there: its coefficients are the map.</summary>
public abstract class SurrogateMethod(string name, MethodDescription description) : SegmentMethod(name, description, defaultSide: 7)
{
    /// <summary>Gets the options of a surrogate.</summary>
    protected static IReadOnlyList<MethodOption> Options { get; } =
        [new("segments"), new("samples", "1000"), new("baseline", "zeros"), new("seed", "0"), new("standard-error-map", "false")];

    /// <inheritdoc/>
    public override long KeptMaps(ExplanationRequest request, Autodiff.ModelSummary model, IReadOnlyList<int> imageShape)
    {
        long segments = MaxSegmentsOf(request), elements = Math.Max(1, Saturated.Elements(imageShape));
        return Saturated.Sum(base.KeptMaps(request, model, imageShape),
            Saturated.Product(sizeof(double) / sizeof(float), segments, segments) / elements);
    }

    /// <inheritdoc/>
    public override long Operations(ExplanationRequest request, Autodiff.ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(base.Operations(request, model, imageShape),
            LinearFit.Operations(MaxSegmentsOf(request), PlannedPoints(request, model, imageShape)));

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var labels = SegmentLabels.Of(context);
        var (values, errors) = Fit(context, CoalitionsOf(context, labels), done[0].Scores);
        var (map, error) = (Spread(context, labels, values), errors is null ? null : Spread(context, labels, errors));
        return new(map)
        {
            ConvergenceDelta = Delta(context, done[0].Scores, values),
            StandardError = error is null ? null : MapArithmetic.Relative(error, map),
            StandardErrorMap = context.Options.StandardErrorMap == true ? error : null,
        };
    }

    /// <summary>Gets the coefficients and, where copies were drawn, their standard errors.</summary>
    private protected abstract (double[] Values, double[]? Errors) Fit(MethodContext context, Coalitions coalitions, float[] scores);

    /// <summary>Gets by how much completeness is missed; null where it is not promised.</summary>
    private protected virtual double? Delta(MethodContext context, float[] scores, double[] values) => null;
}
