using SaliencyCluster.Autodiff.Attention;
using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>A layer that lists the places of a grid as tokens.</summary>
internal static class TokenLayer
{
    /// <summary>What brings it, or its gradient, on the grid.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL1108: it is no such layer.</exception>
    public static Func<Value, Value> OnGrid(ForwardGraph forward, Value output, string? layer)
    {
        var transformer = Transformer.Of(forward, output);
        return layer is not null && transformer.TokensOf(forward.Values[layer]) is { } grid
            ? tokens => transformer.OnGrid(tokens, grid)
            : throw Errors.LayerShape(forward.Source.Model.Source, layer ?? "", "A map on tokens", layer is null ? [] : forward.Values[layer].Shape);
    }
}
