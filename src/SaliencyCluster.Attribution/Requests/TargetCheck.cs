using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Resolves the target of a request to <c>predicted</c> or indices and checks it against the model's output.</summary>
internal static class TargetCheck
{
    public static ExplanationRequest Resolve(
        ExplanationRequest request, ModelSummary model, IReadOnlyList<string> labels, List<RequestError> errors)
    {
        var text = request.Target ?? TargetSpec.Predicted;
        var shape = string.Join(',', model.OutputShape);
        if (Array.IndexOf([.. labels], text) is >= 0 and var label)
            return request with { Target = model.OutputShape.Count == 1 ? $"{label}" : string.Join(',', [$"{label}", .. Enumerable.Repeat(":", model.OutputShape.Count - 1)]) };
        if (TargetSpec.TryParse(text) is not { } spec)
        {
            var known = labels.Count == 0 ? "The model has no labels; give a class index." : $"{Suggestion.For(text, labels)}Labels: {string.Join(", ", labels.Take(10))}{(labels.Count > 10 ? ", .." : "")}.";
            errors.Add(new("SAL2010", "target", $"Target '{Echo.Of(text)}' is neither an index nor a label of the model.", known));
        }
        else if (spec.IsPredicted)
        {
            if (model.OutputShape.Count > 1)
                errors.Add(new(
                    "SAL2011", "target", $"The model's output '{model.Output}' has shape [{shape}], so there is no one predicted class.",
                    $"Say which part to explain, such as '{string.Join(',', ["0", .. Enumerable.Repeat(":", model.OutputShape.Count - 1)])}'."));
        }
        else if (spec.Indices!.Count != Math.Max(1, model.OutputShape.Count))
        {
            errors.Add(new(
                "SAL2012", "target", $"Target '{Echo.Of(text)}' has {spec.Indices.Count} indices; the model's output '{model.Output}' has shape [{shape}].",
                "Give one index or ':' per dimension, without the batch dimension."));
        }
        else if (spec.Indices.Zip(model.OutputShape).Any(p => p.First >= p.Second))
        {
            errors.Add(new("SAL2013", "target", $"Target '{Echo.Of(text)}' lies outside the model's output '{model.Output}' of shape [{shape}].", "Indices start at 0."));
        }
        else
        {
            text = spec.ToString();
        }
        return request with { Target = text };
    }
}
