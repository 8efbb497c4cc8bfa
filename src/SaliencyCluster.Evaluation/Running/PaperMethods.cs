using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>The methods of Adebayo et al.'s experiments with the settings of the paper and its code, by the names used here.</summary>
public static class PaperMethods
{
    private static readonly Dictionary<string, ExplanationRequest> Known = new ExplanationRequest[]
    {
        new() { Method = "gradient" },
        new() { Method = "smoothgrad", Samples = 50, Stdev = 0.15, StdevKind = "relative" },
        new() { Method = "gradient-times-input" },
        new() { Method = "guided-backprop" },
        new() { Method = "grad-cam", Relu = true },
        new() { Method = "guided-grad-cam", Upsampling = "bilinear" },
        new() { Method = "integrated-gradients", Steps = 50, Baseline = "zeros" },
    }.ToDictionary(r => r.Method);

    /// <summary>Gets the names of the paper's methods.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>The methods of a list of names that the model allows, controls added; others are said in <paramref name="refused"/>.</summary>
    /// <param name="names">Names of methods; any of <see cref="MethodCatalog"/>, with its own defaults where the paper has none.</param>
    /// <param name="model">The model.</param>
    /// <param name="refused">Why a method was left out, one text each.</param>
    /// <param name="ask">Adds to each request what is asked of all.</param>
    public static IReadOnlyList<MethodUnderTest> For(
        IEnumerable<string> names, EvaluatedModel model, out IReadOnlyList<string> refused,
        Func<ExplanationRequest, ExplanationRequest>? ask = null)
    {
        var methods = new List<MethodUnderTest>();
        var reasons = new List<string>();
        foreach (var name in names.Distinct())
        {
            var request = AtActivation(Known.GetValueOrDefault(name) ?? new() { Method = name }, model);
            if (ask is not null) request = ask(request);
            try
            {
                RequestResolver.Resolve(request, model.Summary, model.Labels);
                methods.Add(MethodUnderTest.Of(request));
            }
            catch (RequestException error) when (MethodCatalog.Find(name) is not null)
            {
                reasons.Add($"{name} is left out: {error.What}");
            }
        }
        refused = reasons;
        return [.. methods, .. MethodUnderTest.Controls];
    }

    /// <summary>Grad-CAM's paper reads the rectified maps of the last convolutional layer: the last Relu that has a grid, where there is one.</summary>
    private static ExplanationRequest AtActivation(ExplanationRequest request, EvaluatedModel model)
    {
        if (MethodCatalog.Find(request.Method) is not { Description.NeedsLayer: true }) return request;
        var relu = model.Summary.Layers.LastOrDefault(l => l is { Operator: "Relu", GradCam: true, Shape: [_, > 1, > 1] });
        return relu is null ? request : request with { Layer = relu.Tensor };
    }
}
