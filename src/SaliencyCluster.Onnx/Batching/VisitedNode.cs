using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>What a node had and made in the run at batch 1.</summary>
internal sealed record VisitedNode(NodeProto Node, IReadOnlyList<Operand?> Inputs, Operand[] Outputs);
