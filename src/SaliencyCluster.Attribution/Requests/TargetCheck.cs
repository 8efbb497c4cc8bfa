using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Resolves the target of a request to <c>predicted</c> or indices and checks it against the model's output.</summary>
internal static class TargetCheck
{
    public static ExplanationRequest Resolve(
        ExplanationRequest request, ModelSummary model, IReadOnlyList<string> labels, List<RequestError> errors)
    {
        var text = request.Target ?? TargetSpec.Predicted;
        int[] named = [.. labels.Index().Where(l => l.Item == text).Select(l => l.Index)];
        if (named.Length > 1)
        {
            errors.Add(new(
                "SAL2014", "target", $"The label '{Echo.Of(text)}' names {named.Length} classes: {string.Join(", ", named.Take(10))}{(named.Length > 10 ? ", .." : "")}.", "Give the index of the class that you mean."));
            return request;
        }
        if (named is [var label]) return request with { Target = OfClass(label, model) };
        if (TargetSpec.TryParse(text) is not { } spec)
        {
            var known = labels.Count == 0 ? "The model has no labels; give a class index." : $"{Suggestion.For(text, labels)}Labels: {string.Join(", ", labels.Take(10))}{(labels.Count > 10 ? ", .." : "")}.";
            errors.Add(new("SAL2010", "target", $"Target '{Echo.Of(text)}' is neither an index nor a label of the model.", known));
            return request with { Target = text };
        }
        // Dimensions of 1 are looked through: 883 of [1000,1,1] is 883,0,0.
        if (spec.Indices is [{ } only] && model.OutputShape.Count > 1 && ClassAxis.Only(model.OutputShape) is { } axis)
            spec = new([.. Enumerable.Range(0, model.OutputShape.Count).Select(d => (int?)(d == axis ? only : 0))]);
        if (Unfit(spec, text, model) is { } error) errors.Add(error);
        return request with { Target = spec.ToString() };
    }

    /// <summary>Says that a target lies outside an output; null where it does not. A dimension of -1 is not known yet.</summary>
    public static RequestError? Outside(TargetSpec spec, IReadOnlyList<long> shape, string output) =>
        spec.Indices!.Zip(shape).Any(p => p.Second >= 0 && p.First >= p.Second)
            ? new("SAL2013", "target", $"Target '{Echo.Of(spec.ToString())}' lies outside the model's output '{output}' of shape [{ShapeText.Of(shape)}].", "Indices start at 0.")
            : null;

    private static RequestError? Unfit(TargetSpec spec, string text, ModelSummary model)
    {
        var shape = ShapeText.Of(model.OutputShape);
        if (spec.IsPredicted)
        {
            return model.OutputShape.Count == 0 || ClassAxis.Only(model.OutputShape) is not null ? null : new(
                "SAL2011", "target", $"The model's output '{model.Output}' has shape [{shape}], so there is no one predicted class.",
                $"Say which part to explain, such as '{OfClass(0, model)}'.");
        }
        if (spec.Indices!.Count == Math.Max(1, model.OutputShape.Count)) return Outside(spec, model.OutputShape, model.Output);
        return new(
            "SAL2012", "target", $"Target '{Echo.Of(text)}' has {spec.Indices.Count} indices; the model's output '{model.Output}' has shape [{shape}].",
            "Give one index or ':' per dimension, without the batch dimension.");
    }

    // A class of an output with a grid is the sum over the grid.
    private static string OfClass(int index, ModelSummary model) => model.OutputShape.Count == 0 ? $"{index}"
        : string.Join(',', model.OutputShape.Select((_, d) => d == ClassAxis.Of(model) ? $"{index}" : ":"));
}
