using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Methods.Layers;
using SaliencyCluster.Attribution.Methods.Predictions;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Finds the method of a request and checks that the model can serve it.</summary>
internal static class MethodCheck
{
    private const int MaxNamed = 2;
    private const int MaxLayers = 32;

    public static IAttributionMethod? Find(ExplanationRequest request, List<RequestError> errors, bool predicts)
    {
        if (MethodCatalog.Find(request.Method) is { } method && (predicts || method is not Prediction))
            return WithNoise(method, request, errors);
        var names = MethodCatalog.All.Select(m => m.Name).ToArray();
        errors.Add(new(
            "SAL2001", "method", $"There is no method '{Echo.Of(request.Method)}'.",
            $"{Suggestion.For(request.Method, names)}Methods: {string.Join(", ", names)}."));
        return null;
    }

    private static IAttributionMethod WithNoise(IAttributionMethod method, ExplanationRequest request, List<RequestError> errors)
    {
        if (request.Smooth is null || !OptionCatalog.Find("smooth")!.IsInRange(request)) return method;
        if (method.WhyNotSmoothed is null) return MethodFactory.Create(request);
        errors.Add(MethodFactory.NoNoiseAround(method));
        return method;
    }

    /// <summary>Finds the layer that a request means.</summary>
    /// <param name="asked">The request with defaults.</param>
    /// <param name="given">The layer as it was given; null where the default stands.</param>
    /// <param name="method">The method.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="errors">What is wrong.</param>
    public static ExplanationRequest Resolve(
        ExplanationRequest asked, string? given, IAttributionMethod method, ModelSummary model, List<RequestError> errors)
    {
        errors.AddRange(Unable(method.Name, method.Description, model));
        // Where no layer would do, it does not matter which one was named.
        if (asked.Layer is null || (method.Description.NeedsLayer && !model.Layers.Any(l => l.GradCam))) return asked;
        string[] names = method.Description.SeveralLayers ? [.. LayerList.Of(asked.Layer, model)] : [asked.Layer];
        if (names.Length > MaxLayers)
            errors.Add(new("SAL2003", "layer", $"Option 'layer' names {names.Length} layers.", $"Name at most {MaxLayers}."));
        return asked with { Layer = string.Join(',', names.Take(MaxLayers).Select(n => Named(n, given, method, model, errors))) };
    }

    private static string Named(string asked, string? given, IAttributionMethod method, ModelSummary model, List<RequestError> errors)
    {
        var name = asked switch
        {
            "last-conv" when given is null && EndsInTokens(model) && method.Description.TakesTokens => model.LastTokens,
            "last-conv" => model.LastConvolution,
            "last-tokens" => model.LastTokens,
            _ => asked,
        };
        if (name is null)
        {
            var what = asked == "last-conv" ? "convolution that 'last-conv'" : "attention to places of the image whose tokens 'last-tokens'";
            errors.Add(new("SAL2020", "layer", $"The model has no {what} could mean.", "Name a layer: `saliency models show` lists them."));
            return asked;
        }
        var layer = model.Layers.FirstOrDefault(l => l.Tensor == name);
        if (layer is null)
            errors.Add(new(
                "SAL2021", "layer", $"The model has no float tensor '{Echo.Of(name)}' between image and output.",
                $"{Suggestion.For(name, model.Layers.Select(l => l.Tensor))}`saliency models show` lists them."));
        else if (method.Description.NeedsLayer && !layer.GradCam)
            errors.Add(new(
                "SAL2022", "layer", $"Layer '{name}' has shape [{string.Join(',', layer.Shape)}]; method '{method.Name}' needs channels and a spatial grid.",
                $"Choose one such as {string.Join(", ", model.Layers.Where(l => l.GradCam).TakeLast(3).Select(l => $"'{l.Tensor}'"))}."));
        return name;
    }

    // The convolution that cuts patches is none that ends in a feature map.
    private static bool EndsInTokens(ModelSummary model)
    {
        if (model.LastTokens is null) return false;
        string[] order = [.. model.Layers.Select(l => l.Tensor)];
        return model.LastConvolution is null || Array.IndexOf(order, model.LastConvolution) < Array.IndexOf(order, model.LastTokens);
    }

    /// <summary>Says why a model cannot serve a method; empty when it can.</summary>
    private static IEnumerable<RequestError> Unable(string name, MethodDescription needs, ModelSummary model)
    {
        if (needs.NeedsGradient && model.MissingRules.Count > 0)
            yield return new(
                "SAL2030", "method", $"Method '{name}' needs gradients, but {model.MissingRules.Count} node(s) of the model have no gradient rule: {string.Join("; ", model.MissingRules.Take(MaxNamed))}{(model.MissingRules.Count > MaxNamed ? $"; and {model.MissingRules.Count - MaxNamed} more" : "")}.",
                $"Use a method without gradients: occlusion or rise.{(model.MissingRules.Count > MaxNamed ? " `saliency models show` lists every node." : "")}");
        else if (needs.NeedsGradient && model.NoGradientPath)
            yield return new(
                "SAL2030", "method", $"Method '{name}' needs gradients, but no gradient reaches the input '{model.Input}' from output '{model.Output}': every way between them passes integers, rounding or a comparison, or there is none.",
                "Use a method without gradients: occlusion or rise; or explain another output with --output.");
        if (needs.NeedsRelu && model.Relus == 0)
            yield return new(
                "SAL2031", "method", $"Method '{name}' changes how gradients pass Relu, but the model has no Relu, so it would only repeat 'gradient'.",
                "Use 'gradient', or a model with Relu.");
        if (needs.WhyNoAttention(model) is { } why)
            yield return new(
                "SAL2035", "method", $"Method '{name}' follows a transformer's attention from the image to the output, but {why}.",
                "Use a method for any network, such as 'integrated-gradients', or a CAM method on a layer; `saliency models show` lists attention.");
        if (needs.NeedsLayer && !model.Layers.Any(l => l.GradCam))
            yield return new(
                "SAL2032", "method", $"Method '{name}' needs a layer with channels and a spatial grid, and the model has none.",
                "Use a method that explains the input itself, such as 'integrated-gradients'.");
    }
}
