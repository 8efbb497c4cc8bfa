using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Gives a row to an output that has none: a model for one image may leave the batch dimension out.</summary>
internal static class OutputRow
{
    private const string Suffix = "~row";

    /// <summary>The model with a tensor <c>[1, ..]</c> of the same elements at its end.</summary>
    public static (SpecializedGraph Source, string Tensor) Of(SpecializedGraph model, string tensor)
    {
        var type = model.Types[tensor];
        long[] shape = [1, .. type.Shape];
        var (row, sizes) = (tensor + Suffix, tensor + Suffix + "_shape");
        var constant = ConstantTensor.Of([shape.Length], shape);
        var node = new NodeProto { OpType = "Reshape", Name = row, Input = { tensor, sizes }, Output = { row } };
        var changed = model with
        {
            Nodes = [.. model.Nodes, node],
            Constants = model.Constants.Append(new(sizes, constant)).ToDictionary(),
            Types = model.Types.Append(new(sizes, constant.Type)).Append(new(row, type with { Shape = shape })).ToDictionary(),
        };
        return (changed, row);
    }
}
