using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Gateway.Models;

/// <summary>Says before anything runs why a method cannot explain a model.</summary>
internal static class MissingFor
{
    /// <summary>Gets what the method needs and the model lacks; null when it can.</summary>
    public static string? Method(MethodDescription method, ModelSummary model)
    {
        if (method.NeedsGradient && model.MissingRules.Count > 0) return $"no gradient rule for {model.MissingRules[0]}";
        if (method.NeedsGradient && model.NoGradientPath) return $"no gradient reaches the input from output '{model.Output}'";
        if (method.WhyNoAttention(model) is { } why) return why;
        if (method.NeedsLayer && !model.Layers.Any(l => l.GradCam)) return "the model has no layer with channels and a spatial grid";
        return method.NeedsRelu && model.Relus == 0 ? "the model has no Relu" : null;
    }
}
