using SaliencyCluster.Autodiff.Maps;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>What is explained of an output at one size of the image.</summary>
/// <param name="Explained">The tensor.</param>
/// <param name="Layers">The tensors on the way there.</param>
internal sealed record OutputLook(ExplainedOutput Explained, IReadOnlyList<LayerInfo> Layers)
{
    /// <summary>Gets the shape of the tensor without batch.</summary>
    public long[] Shape => Explained.Source.Types[Explained.Tensor].Shape[1..];
}
