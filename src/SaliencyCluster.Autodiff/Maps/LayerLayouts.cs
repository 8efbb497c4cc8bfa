using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Which tensors hold channels last: models with such images have some between their transpositions.</summary>
internal static class LayerLayouts
{
    private const int GridRank = 4;
    private static readonly HashSet<string> _channelsFirst = ["Conv", "FusedConv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "InstanceNormalization", "DepthToSpace", "SpaceToDepth"];

    /// <summary>Gets the tensors of rank 4 whose last axis holds the channels.</summary>
    public static IReadOnlySet<string> ChannelsLast(SpecializedGraph model, ImageLayout image)
    {
        var last = new HashSet<string>();
        if (image == ImageLayout.ChannelsLast) last.Add(model.Model.ImageInput);
        foreach (var node in model.Nodes)
        {
            var isLast = node.OpType == "Transpose"
                ? node.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints is [0, 2, 3, 1] && !last.Contains(node.Input[0])
                : !_channelsFirst.Contains(node.OpType) && node.Input.Any(last.Contains);
            if (isLast) last.UnionWith(node.Output.Where(o => o.Length > 0 && model.Types[o].Rank == GridRank));
        }
        return last;
    }
}
