using SaliencyCluster.Onnx.Schema;


namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>Operators for which axis 1 holds channels, and where those with weights say how many.</summary>
internal static class ChannelReaders
{
    private static readonly Dictionary<string, int> _weights = new()
    {
        ["Conv"] = 1, ["FusedConv"] = 1, ["ConvInteger"] = 1, ["QLinearConv"] = 3, ["ConvTranspose"] = -1, ["DeformConv"] = 1,
        ["MaxPool"] = -1, ["AveragePool"] = -1, ["LpPool"] = -1, ["GlobalAveragePool"] = -1, ["GlobalMaxPool"] = -1, ["QLinearGlobalAveragePool"] = -1, ["QLinearAveragePool"] = -1,
        ["BatchNormalization"] = -1, ["InstanceNormalization"] = -1, ["GroupNormalization"] = -1, ["LRN"] = -1, ["SpaceToDepth"] = -1, ["DepthToSpace"] = -1, ["PRelu"] = -1, ["GridSample"] = -1,
        ["ImageScaler"] = -1, ["Crop"] = -1,
    };

    /// <summary>Whether a node reads axis 1 of what it is given as channels.</summary>
    public static bool Reads(NodeProto node) => _weights.ContainsKey(node.OpType);

    /// <summary>How many channels a node reads; null where it does not say.</summary>
    public static long? Channels(NodeProto node, Weights weights)
    {
        if (_weights[node.OpType] is not (> 0 and var input) || weights.Dims(node, input) is not [_, var perGroup, ..]) return null;
        return perGroup * (node.Attribute.FirstOrDefault(a => a.Name == "group")?.I is > 0 and var groups ? groups : 1);
    }
}
