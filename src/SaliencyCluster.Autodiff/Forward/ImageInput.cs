using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Forward;

/// <summary>What a model declares about its image input.</summary>
internal static class ImageInput
{
    /// <summary>The shape of one image; -1 where it is free.</summary>
    public static long[] DeclaredShape(OnnxModel model) => Declared(model) is [_, .. var image] ? image : [];

    /// <summary>The declared batch; -1 where it is free.</summary>
    public static long DeclaredBatch(OnnxModel model) => Declared(model) is [var batch, ..] ? batch : -1;

    /// <summary>Whether the model can evaluate two images in one run.</summary>
    public static bool TakesAnyBatch(OnnxModel model, long[] image)
    {
        if (DeclaredBatch(model) > 0) return false;
        try
        {
            var two = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [2, .. image] });
            return two.Types[two.Outputs[0]] is { Rank: > 0 } output && output.Shape[0] == 2;
        }
        catch (SaliencyException)
        {
            return false; // a Reshape with the batch written into it: such a model runs one image at a time
        }
    }

    private static long[] Declared(OnnxModel model)
    {
        var type = model.Proto.Graph.Input.First(i => i.Name == model.ImageInput).Type.TensorType;
        return [.. type.Shape.Dim.Select(d => d.HasDimValue && d.DimValue > 0 ? d.DimValue : -1)];
    }
}
