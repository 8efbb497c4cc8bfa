using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Checks class names against a model: a list that does not fit names every class after another one.</summary>
public static class LabelCheck
{
    /// <summary>Says why labels do not fit; null where they do, or where there are none.</summary>
    public static string? WhyNot(IReadOnlyList<string> labels, ModelSummary model)
    {
        var classes = ClassAxis.Of(model) is { } axis ? model.OutputShape[axis] : 1;
        return labels.Count == 0 || classes < 0 || labels.Count == classes ? null : $"There are {labels.Count} labels; the model has {classes} classes.";
    }
}
