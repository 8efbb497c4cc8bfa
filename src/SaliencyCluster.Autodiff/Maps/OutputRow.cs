using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>
/// Gives a row for each image to an output that has none: a model for one image may leave the batch dimension out, and others, such as
/// YuNet, flatten it with the places of a detector. Several images run together only where the proof holds that they lie one after another.
/// </summary>
internal static class OutputRow
{
    private const string Suffix = "~row";

    /// <summary>The model with a tensor <c>[batch, ..]</c> of the same elements at its end.</summary>
    public static (SpecializedGraph Source, string Tensor) Of(SpecializedGraph model, string tensor, int batch)
    {
        var type = model.Types[tensor];
        return Reshaped(model, tensor, type.Rank == 0 ? [1] : [batch, type.Shape[0] / batch, .. type.Shape[1..]]);
    }

    /// <summary>The model with a tensor <c>[batch, elements]</c> of the same elements at its end.</summary>
    public static (SpecializedGraph Source, string Tensor) Flat(SpecializedGraph model, string tensor, int batch) =>
        Reshaped(model, tensor, [batch, model.Types[tensor].Count / batch]);

    private static (SpecializedGraph Source, string Tensor) Reshaped(SpecializedGraph model, string tensor, long[] shape)
    {
        var type = model.Types[tensor];
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
