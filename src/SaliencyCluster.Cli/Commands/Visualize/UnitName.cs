using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>A layer as units are named after: its tensor, and which of its dimensions counts channels.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Shape">Its shape without batch.</param>
/// <param name="ChannelsLast">Whether the last dimension counts channels.</param>
internal sealed record NamedLayer(string Tensor, IReadOnlyList<long> Shape, bool ChannelsLast);

/// <summary>What of a model units are named after.</summary>
/// <param name="Layers">Tensors between image and output.</param>
/// <param name="LastConvolution">What <c>last-conv</c> means.</param>
internal sealed record NamedModel(IReadOnlyList<NamedLayer> Layers, string? LastConvolution);

/// <summary>Reads the name of a unit: <c>CLASS</c>, <c>TENSOR@CHANNEL</c> or <c>TENSOR@I,J,..</c>.</summary>
internal static class UnitName
{
    /// <summary>Gets the request for a unit.</summary>
    /// <exception cref="SaliencyException">SAL2021, SAL2503: there is no such unit.</exception>
    public static ExplanationRequest Of(string unit, NamedModel model, ExplanationRequest request)
    {
        var at = unit.LastIndexOf('@');
        if (at <= 0) return request with { Target = unit };
        var layer = Layer(unit[..at], model);
        return request with { Output = layer.Tensor, Target = Indices(unit, unit[(at + 1)..], layer) };
    }

    /// <summary>Gets the request for a layer, or one channel of it.</summary>
    /// <exception cref="SaliencyException">SAL2021, SAL2503: there is no such layer.</exception>
    public static ExplanationRequest OfLayer(string name, NamedModel model, ExplanationRequest request)
    {
        if (name.Contains('@', StringComparison.Ordinal)) return Of(name, model, request);
        var layer = Layer(name, model);
        return request with { Output = layer.Tensor, Target = string.Join(',', layer.Shape.Select(_ => ":")) };
    }

    /// <summary>Finds a layer.</summary>
    /// <exception cref="SaliencyException">SAL2021: there is none of that name.</exception>
    public static NamedLayer Layer(string name, NamedModel model) =>
        model.Layers.FirstOrDefault(l => l.Tensor == (name == "last-conv" ? model.LastConvolution : name)) ?? throw new SaliencyException(
            "SAL2021", $"The model has no float tensor '{Echo.Of(name)}' between image and output.",
            $"{Suggestion.For(name, model.Layers.Select(l => l.Tensor))}`saliency models show` lists them.");

    private static string Indices(string unit, string text, NamedLayer layer)
    {
        var rank = layer.Shape.Count;
        var parts = text.Split(',');
        if (parts.Length == 1 && rank > 1 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return string.Join(',', Enumerable.Range(0, rank).Select(d => d == (layer.ChannelsLast ? rank - 1 : 0) ? text : ":"));
        if (parts.Length == rank && TargetSpec.TryParse(text) is { IsPredicted: false }) return text;
        throw new SaliencyException(
            "SAL2503", $"The unit is '{Echo.Of(unit)}', and tensor '{layer.Tensor}' has shape [{ShapeText.Of(layer.Shape)}].",
            "Give TENSOR@CHANNEL, or an index or ':' for each dimension, such as TENSOR@3,4,4.");
    }
}
