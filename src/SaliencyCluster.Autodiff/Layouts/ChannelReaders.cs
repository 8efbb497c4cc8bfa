using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>Operators that read an axis of what they are given as channels, and where those with weights say how many.</summary>
internal static class ChannelReaders
{
    private static readonly Dictionary<string, int> _weights = new()
    {
        ["Conv"] = 1, ["FusedConv"] = 1, ["ConvInteger"] = 1, ["QLinearConv"] = 3, ["ConvTranspose"] = -1, ["DeformConv"] = 1,
        ["MaxPool"] = -1, ["AveragePool"] = -1, ["LpPool"] = -1, ["GlobalAveragePool"] = -1, ["GlobalMaxPool"] = -1, ["QLinearGlobalAveragePool"] = -1, ["QLinearAveragePool"] = -1,
        ["BatchNormalization"] = -1, ["InstanceNormalization"] = -1, ["GroupNormalization"] = -1, ["LRN"] = -1, ["SpaceToDepth"] = -1, ["DepthToSpace"] = -1, ["GridSample"] = -1,
        ["ImageScaler"] = -1, ["Crop"] = -1,
    };

    /// <summary>Which axis of what it is given a node reads as channels, and how many they are where it says so; null where it reads none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rank">The number of dimensions of what it is given.</param>
    /// <param name="weights">The graph's constants.</param>
    public static (int Axis, long? Channels)? Of(NodeProto node, int rank, Weights weights)
    {
        if (_weights.TryGetValue(node.OpType, out var input)) return (1, Filters(node, input, weights));
        // A dense layer over the channels of each pixel.
        if (node.OpType is "MatMul" or "MatMulInteger") return weights.Dims(node, 1) is [var rows, _] ? (rank - 1, rows) : null;
        return node.OpType == "Einsum" && weights.Dims(node, 1) is { } dims ? Contracted(node, dims) : null;
    }

    private static long? Filters(NodeProto node, int input, Weights weights)
    {
        if (input < 0 || weights.Dims(node, input) is not [_, var perGroup, ..]) return null;
        return perGroup * (node.Attribute.FirstOrDefault(a => a.Name == "group")?.I is > 0 and var groups ? groups : 1);
    }

    // The one letter that both operands have and the result has not.
    private static (int Axis, long? Channels)? Contracted(NodeProto node, long[] dims)
    {
        var terms = node.Attribute.First(a => a.Name == "equation").S.ToStringUtf8().Replace(" ", "", StringComparison.Ordinal).Split(',', '-');
        if (terms is not [var image, var weight, ['>', .. var result]] || weight.Length != dims.Length) return null;
        var shared = image.Where(c => weight.Contains(c) && !result.Contains(c)).ToArray();
        return shared is [var letter] && char.IsLetter(letter) ? (image.IndexOf(letter), dims[weight.IndexOf(letter)]) : null;
    }
}
