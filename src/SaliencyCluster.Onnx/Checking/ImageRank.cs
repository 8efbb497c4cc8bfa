using SaliencyCluster.Onnx.Specializing;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>
/// Finds whether a model's input is one image without a batch dimension, such as [3,H,W]. Its first dimension is told from a fixed batch
/// by what the model does with it: images of a batch stay apart, rows and channels of one image do not.
/// </summary>
internal static class ImageRank
{
    private const int MaxDimensions = 3; // of one image

    /// <summary>The model, marked where its input is one image.</summary>
    public static OnnxModel Run(OnnxModel model, ReadLimits limits)
    {
        var input = model.Proto.Graph.Input.First(i => i.Name == model.ImageInput);
        var dims = input.Type.TensorType.Shape.Dim;
        if (dims.Count > MaxDimensions || dims[0].DimValue <= 1) return model;
        if (dims.Any(d => d.DimValue <= 0))
        {
            // Free sides: nothing can be followed yet, but no batch has the size of a colour image's channels.
            return model with { HasBatch = dims.Count < MaxDimensions || dims[0].DimValue is not (3 or 4) };
        }
        return model with { HasBatch = !IsOneImage(model, [.. dims.Select(d => d.DimValue)], limits) };
    }

    // Where images of a batch would mix, an output of a row for each says that they are a batch all the same: a refusal names the
    // node. What has the colours of an image may become another image of them.
    private static bool IsOneImage(OnnxModel model, long[] shape, ReadLimits limits)
    {
        try
        {
            Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [1, .. shape[1..]] }, limits);
            return false;
        }
        catch (SaliencyException e) when (e.Code == "SAL1019")
        {
            var whole = new Specialization(model, limits).Run(new Dictionary<string, long[]> { [model.ImageInput] = shape });
            var coloured = shape is [3 or 4, _, _] or [_, _, 1 or 3 or 4];
            return !whole.Outputs.Any(o => whole.Types[o].Shape is { Length: > 1 } made && made[0] == shape[0]
                && !(coloured && made.Length == shape.Length));
        }
        catch (SaliencyException)
        {
            return false; // it is wrong with any reading, and is told where it is used
        }
    }
}
