using System.Globalization;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Evaluation.Plans;

/// <summary>Says everything that is out of range in a request, whatever the model.</summary>
public static class EvaluationRequestCheck
{
    private const int MaxSteps = 1000, MaxSamples = 10_000, MaxMethods = 64, MaxModels = 16, MaxOrders = 3, TitleLength = 200;

    /// <summary>Refuses a request with a value out of range.</summary>
    /// <exception cref="RequestException">SAL2707, SAL2001.</exception>
    public static void Check(EvaluationRequest request)
    {
        var errors = Errors(request).ToList();
        if (errors.Count > 0) throw new RequestException(errors);
    }

    private static IEnumerable<RequestError> Errors(EvaluationRequest r)
    {
        // First and alone: each of so many names would be an error of its own.
        if (r.Methods.Count > MaxMethods)
        {
            yield return Wrong("methods", $"a list of {r.Methods.Count}", $"at most {MaxMethods} names");
            yield break;
        }
        if (r.Detection is { Iou: not (> 0 and <= 1) } reading) yield return Wrong("iou", reading.Iou, "above 0 and at most 1");
        if (r.OtherModels.Count() > MaxModels) yield return Wrong("beside-models", $"a list of {r.OtherModels.Count()}", $"at most {MaxModels} further models");
        if (r.Randomization?.Orders.Count > MaxOrders) yield return Wrong("orders", $"a list of {r.Randomization.Orders.Count}", "one or more of from-output, from-input, independent, each once");
        if (r.Title.Length > TitleLength) yield return Wrong("title", $"'{Echo.Of(r.Title)}'", $"at most {TitleLength} characters");
        var names = MethodCatalog.All.Select(m => m.Name).ToArray();
        foreach (var unknown in r.Methods.Where(m => !names.Contains(m)))
            yield return new("SAL2001", "methods", $"There is no method '{Echo.Of(unknown)}'.", $"{Suggestion.For(unknown, names)}Methods: {string.Join(", ", names)}.");
        if (!(r.Seeds is >= 1 and <= 100)) yield return Wrong("seeds", r.Seeds, "from 1 to 100");
        if (!(r.MontageImages is >= 0 and <= 20)) yield return Wrong("montage-images", r.MontageImages, "from 0 to 20");
        if (r.Randomization is { Orders.Count: 0 }) yield return Wrong("orders", "empty", "one or more of from-output, from-input, independent");
        if (r.Smoothed && r.Randomization is null) yield return Wrong("smoothed", "true", "left out unless weights are randomised");
        if (r.InsertionDeletion is { Steps: < 1 or > MaxSteps } games) yield return Wrong("steps", games.Steps, $"from 1 to {MaxSteps}");
        if (r.PixelFlipping is { Steps: < 1 or > MaxSteps } flips) yield return Wrong("steps", flips.Steps, $"from 1 to {MaxSteps}");
        if (r.Infidelity is { Samples: < 1 or > MaxSamples } squares) yield return Wrong("perturbations", squares.Samples, $"from 1 to {MaxSamples}");
        if (r.Sensitivity is { Samples: < 1 or > MaxSamples } changes) yield return Wrong("perturbations", changes.Samples, $"from 1 to {MaxSamples}");
        if (r.Sensitivity is { } sensitivity && !(sensitivity.Radius is > 0 and <= 1)) yield return Wrong("radius", sensitivity.Radius, "above 0 and at most 1");
    }

    private static RequestError Wrong(string option, object value, string range) => new(
        "SAL2707", option, string.Create(CultureInfo.InvariantCulture, $"The evaluation's '{option}' is {value}; it must be {range}."), "Give a value within the range.");
}
