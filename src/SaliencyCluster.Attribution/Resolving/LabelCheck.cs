using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Checks class names against a model: a list that does not fit names every class after another one.</summary>
public static class LabelCheck
{
    /// <summary>Says why labels fit no output; null where they fit one, or where there are none.</summary>
    public static string? WhyNot(IReadOnlyList<string> labels, ModelSummary model)
    {
        if (Fits(labels, model, model.OutputShape) || model.Outputs?.Any(o => o.Problem is null && Fits(labels, model, o.Shape)) == true) return null;
        // A row of a detector has other numbers beside its classes.
        if (HeadFinder.Find(model, labels.Count).Any(h => h.Family == HeadFamilies.EndToEnd || h.Fits(labels.Count))) return null;
        return $"There are {labels.Count} labels; the model has {Classes(model, model.OutputShape)} classes.";
    }

    /// <summary>Says whether labels are those of an output, as far as its shape is known.</summary>
    internal static bool Fits(IReadOnlyList<string> labels, ModelSummary model, IReadOnlyList<long> outputShape) =>
        labels.Count == 0 || Classes(model, outputShape) is var classes && (classes < 0 || labels.Count == classes);

    private static long Classes(ModelSummary model, IReadOnlyList<long> outputShape) =>
        ClassAxis.Of(model with { OutputShape = outputShape }) is { } axis ? outputShape[axis] : 1;
}
