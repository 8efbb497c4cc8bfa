using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Forward;

/// <summary>What a model declares about its image input.</summary>
internal static class DeclaredImage
{
    /// <summary>The shape of one image; -1 where it is free.</summary>
    public static long[] DeclaredShape(OnnxModel model) =>
        !model.HasBatch ? Declared(model) : Declared(model) is [_, .. var image] ? image : [];

    /// <summary>Whether the model can evaluate several images in one run, each as if it were alone.</summary>
    public static bool TakesAnyBatch(OnnxModel model, long[] image) => Specializer.ProveBatch(model, image).Holds;

    private static long[] Declared(OnnxModel model)
    {
        var type = model.Proto.Graph.Input.First(i => i.Name == model.ImageInput).Type.TensorType;
        return [.. type.Shape.Dim.Select(d => d.HasDimValue && d.DimValue > 0 ? d.DimValue : -1)];
    }
}
