using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Counts the multiply-adds of convolutions and matrix products.</summary>
internal static class MultiplyAdds
{
    public static long Of(GraphNode node) => node.Op switch
    {
        "Conv" => Saturating.Product([node.Outputs[0]!.Type.Count, .. node.Inputs[1]!.Shape.AsSpan(1)]),
        "ConvTranspose" => Saturating.Product([node.Inputs[0]!.Type.Count, .. node.Inputs[1]!.Shape.AsSpan(1)]),
        "MatMul" => Saturating.Product(node.Outputs[0]!.Type.Count, node.Inputs[0]!.Shape[^1]),
        "Gemm" => Saturating.Product(node.Outputs[0]!.Type.Count, node.Inputs[0]!.Shape[node.Int("transA", 0) != 0 ? 0 : 1]),
        _ => 0,
    };
}
