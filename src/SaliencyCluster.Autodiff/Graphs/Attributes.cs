using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;
using Kind = SaliencyCluster.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>Makes node attributes.</summary>
internal static class Attributes
{
    public static AttributeProto Of(string name, object value) => value switch
    {
        int i => new() { Name = name, Type = Kind.Int, I = i },
        long i => new() { Name = name, Type = Kind.Int, I = i },
        float f => new() { Name = name, Type = Kind.Float, F = f },
        string s => new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(s) },
        long[] list => new() { Name = name, Type = Kind.Ints, Ints = { list } },
        float[] list => new() { Name = name, Type = Kind.Floats, Floats = { list } },
        TensorProto t => new() { Name = name, Type = Kind.Tensor, T = t },
        _ => throw new ArgumentException($"Attribute '{name}' cannot hold a {value.GetType().Name}.", nameof(value)),
    };

    /// <summary>The list with some attributes set and others left out.</summary>
    public static List<AttributeProto> With(
        this IEnumerable<AttributeProto> list, string[] without, params ReadOnlySpan<(string Name, object Value)> added)
    {
        var result = list.Where(a => !without.Contains(a.Name)).ToList();
        foreach (var (name, value) in added)
        {
            result.RemoveAll(a => a.Name == name);
            result.Add(Of(name, value));
        }
        return result;
    }
}
