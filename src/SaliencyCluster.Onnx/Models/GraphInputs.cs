using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Models;

/// <summary>The inputs of a model that a caller must give.</summary>
internal static class GraphInputs
{
    /// <summary>Inputs without a default: before IR version 4 every weight was listed as an input too.</summary>
    public static IEnumerable<ValueInfoProto> Of(GraphProto graph)
    {
        var initialized = graph.Initializer.Select(t => t.Name).ToHashSet();
        return graph.Input.Where(i => !initialized.Contains(i.Name));
    }

    /// <summary>The concrete type of an input, checked against what the model declares.</summary>
    public static TensorType Given(OnnxModel model, ValueInfoProto input, IReadOnlyDictionary<string, long[]> shapes)
    {
        var declared = input.Type?.TensorType;
        var text = $"{(ElementType)(declared?.ElemType ?? 0)}{Text(declared?.Shape)}";
        if (!shapes.TryGetValue(input.Name, out var shape)) throw ModelErrors.InputShape(model.Source, input.Name, text, "no shape at all");
        var given = $"[{string.Join(',', shape)}]";
        if (shape.Length > Limits.MaxRank || shape.Any(d => d < 0)) throw ModelErrors.InputShape(model.Source, input.Name, text, given);
        var image = input.Name == model.ImageInput;
        if (declared?.Shape is { } dims && !(image && !model.HasBatch && shape.Length > 0
            ? Fits(dims, shape[1..], false) : Fits(dims, shape, image)))
            throw ModelErrors.InputShape(model.Source, input.Name, text, given);
        return new(((ElementType)(declared?.ElemType ?? 0)).Widened(), shape);
    }

    /// <summary>The declared batch of the image input; 0 where it is free, 1 where it has none.</summary>
    public static long DeclaredBatch(OnnxModel model) => !model.HasBatch ? 1
        : model.Proto.Graph.Input.First(i => i.Name == model.ImageInput).Type.TensorType.Shape?.Dim is [{ DimValue: > 0 and var batch }, ..]
            ? batch : 0;

    // Another batch than the fixed one may be asked for: whether that is right is for the batch proof to say.
    private static bool Fits(TensorShapeProto declared, long[] shape, bool image) =>
        declared.Dim.Count == shape.Length
        && declared.Dim.Select((d, i) => d.DimValue <= 0 || d.DimValue == shape[i] || (image && i == 0)).All(fits => fits);

    /// <summary>A declared shape with the names of free dimensions, such as <c>[N,3,224,224]</c>.</summary>
    public static string Text(TensorShapeProto? shape) =>
        shape is null ? "[any rank]" : $"[{string.Join(',', shape.Dim.Select(Text))}]";

    private static string Text(TensorShapeProto.Types.Dimension d) =>
        d.HasDimValue && d.DimValue > 0 ? $"{d.DimValue}" : d.HasDimParam && d.DimParam.Length > 0 ? d.DimParam : "?";
}
