using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Specializing;

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
        if (declared?.Shape is { } dims && (dims.Dim.Count != shape.Length || dims.Dim.Zip(shape).Any(p => p.First.HasDimValue && p.First.DimValue > 0 && p.First.DimValue != p.Second)))
            throw ModelErrors.InputShape(model.Source, input.Name, text, given);
        return new(((ElementType)(declared?.ElemType ?? 0)).Widened(), shape);
    }

    /// <summary>A declared shape with the names of free dimensions, such as <c>[N,3,224,224]</c>.</summary>
    public static string Text(TensorShapeProto? shape) => shape is null ? "[any rank]"
        : $"[{string.Join(',', shape.Dim.Select(d => d.HasDimValue && d.DimValue > 0 ? $"{d.DimValue}" : d.HasDimParam && d.DimParam.Length > 0 ? d.DimParam : "?"))}]";
}
