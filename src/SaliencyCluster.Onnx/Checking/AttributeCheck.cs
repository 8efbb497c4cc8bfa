using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using Kind = SaliencyCluster.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Attributes hold one value, of the type that they say. ONNX Runtime refuses others only when it loads the model.</summary>
internal static class AttributeCheck
{
    /// <exception cref="SaliencyException">SAL1016: an attribute holds another type than it says, or several.</exception>
    public static void Run(GraphProto graph, string source)
    {
        foreach (var node in graph.Node)
            foreach (var attribute in node.Attribute)
            {
                var held = Held(attribute).ToList();
                if (WhyNot(attribute, held) is { } why)
                    throw ModelErrors.Malformed(source, ModelErrors.Describe(node),
                        $"attribute '{ModelErrors.Short(attribute.Name)}' {why}");
                // Files of the first versions of the format do not say the type; graphs that are written here do.
                if (held is [var only]) attribute.Type = only;
            }
    }

    private static string? WhyNot(AttributeProto attribute, List<Kind> held)
    {
        if (held.Count > 1) return $"holds several values: {string.Join(", ", held)}";
        return held.Count == 0 || attribute.Type == Kind.Undefined || attribute.Type == held[0]
            ? null : $"says that it is {attribute.Type} and holds {held[0]}";
    }

    private static IEnumerable<Kind> Held(AttributeProto a)
    {
        if (a.HasF) yield return Kind.Float;
        if (a.HasI) yield return Kind.Int;
        if (a.HasS) yield return Kind.String;
        if (a.T is not null) yield return Kind.Tensor;
        if (a.G is not null) yield return Kind.Graph;
        if (a.SparseTensor is not null) yield return Kind.SparseTensor;
        if (a.Tp is not null) yield return Kind.TypeProto;
        if (a.Floats.Count > 0) yield return Kind.Floats;
        if (a.Ints.Count > 0) yield return Kind.Ints;
        if (a.Strings.Count > 0) yield return Kind.Strings;
        if (a.Tensors.Count > 0) yield return Kind.Tensors;
        if (a.Graphs.Count > 0) yield return Kind.Graphs;
        if (a.SparseTensors.Count > 0) yield return Kind.SparseTensors;
        if (a.TypeProtos.Count > 0) yield return Kind.TypeProtos;
    }
}
