using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>What several methods refuse.</summary>
internal static class MethodErrors
{
    /// <summary>The input has no height and width.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="does">What it does with them.</param>
    /// <param name="model">The model.</param>
    /// <param name="next">What to use instead.</param>
    public static RequestError NoPlanes(string method, string does, ModelSummary model, string next = "Use a gradient method.") => new(
        "SAL2033", "method", $"Method '{method}' {does}; the model's input '{model.Input}' has shape [{ShapeText.Of(model.InputShape)}].", next);

    /// <summary>More than one baseline is given.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="does">What it does with one.</param>
    /// <param name="request">The request.</param>
    public static RequestError SeveralBaselines(string method, string does, ExplanationRequest request) => new(
        "SAL2003", "baseline", $"Method '{method}' {does} one baseline, but '{Echo.Of(request.Baseline!)}' names several.", "Give one baseline.");
}
