using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Counts the multiply-adds of convolutions and matrix products.</summary>
internal static class MultiplyAdds
{
    public static long Of(GraphNode node) => node.Op switch
    {
        "Conv" => node.Outputs[0]!.Type.Count * (node.Inputs[1]!.Type.Count / node.Inputs[1]!.Shape[0]),
        "ConvTranspose" => node.Inputs[0]!.Type.Count * (node.Inputs[1]!.Type.Count / node.Inputs[1]!.Shape[0]),
        "MatMul" => node.Outputs[0]!.Type.Count * node.Inputs[0]!.Shape[^1],
        "Gemm" => node.Outputs[0]!.Type.Count * node.Inputs[0]!.Shape[node.Int("transA", 0) != 0 ? 0 : 1],
        _ => 0,
    };
}
