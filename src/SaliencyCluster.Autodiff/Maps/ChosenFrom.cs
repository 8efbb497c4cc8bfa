using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Looks through a choice: an output of ArgMax or of TopK's indices has no gradient, but the values it was chosen from have one.</summary>
internal static class ChosenFrom
{
    private static readonly HashSet<string> _arranging = ["Cast", "Identity", "Squeeze", "Unsqueeze", "Reshape", "Flatten"];

    /// <summary>The tensor that an output is chosen from, and the operator that chooses; the output itself and null where nothing is chosen.</summary>
    public static (string Tensor, string? Chooser) Of(SpecializedGraph model, string output)
    {
        var tensor = output;
        while (model.Nodes.FirstOrDefault(n => n.Output.Contains(tensor)) is { } node)
        {
            if (Chooses(node, tensor)) return (node.Input[0], node.OpType);
            if (!_arranging.Contains(node.OpType)) break;
            tensor = node.Input[0];
        }
        return (output, null);
    }

    private static bool Chooses(NodeProto node, string tensor) =>
        node.OpType is "ArgMax" or "ArgMin" || (node.OpType == "TopK" && node.Output.IndexOf(tensor) == 1);
}
