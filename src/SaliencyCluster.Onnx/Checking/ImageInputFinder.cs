using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Finds the one input that takes images.</summary>
internal static class ImageInputFinder
{
    /// <exception cref="SaliencyException">SAL1010: none; SAL1011: other inputs need values too.</exception>
    public static string Find(GraphProto graph, string source)
    {
        var used = UsedNames.Of(graph);
        var inputs = GraphInputs.Of(graph).Where(i => used.Contains(i.Name)).ToList();
        var text = inputs.Count == 0 ? "none" : string.Join(", ", inputs.Select(Describe));
        var images = inputs.Where(i => i.Type?.TensorType is { } t
            && ((ElementType)t.ElemType).IsFloat() && t.Shape is { Dim.Count: > 0 }).ToList();
        if (images.Count == 0) throw ModelErrors.NoImage(source, text);
        return inputs.Count == 1 ? images[0].Name : throw ModelErrors.OtherInputs(source, text);
    }

    private static string Describe(ValueInfoProto input) =>
        input.Type?.TensorType is { } t
            ? $"'{input.Name}' {(ElementType)t.ElemType}{GraphInputs.Text(t.Shape)}" : $"'{input.Name}' (not a tensor)";
}
