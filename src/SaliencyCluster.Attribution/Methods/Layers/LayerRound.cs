using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>Rounds that look at a layer.</summary>
internal static class LayerRound
{
    /// <summary>Makes a round look at the layer of a request.</summary>
    public static Round At(Round round, ResolvedRequest request) => At(round, request, request.Options.Layer!);

    /// <summary>Makes a round look at a layer.</summary>
    public static Round At(Round round, ResolvedRequest request, string layer) => round with
    {
        Layer = layer,
        Tokens = request.Model.Layers.FirstOrDefault(l => l.Tensor == layer)?.Tokens is not null,
    };
}
