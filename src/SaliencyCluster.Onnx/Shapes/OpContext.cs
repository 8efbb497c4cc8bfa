using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Shapes;

/// <summary>What a rule sees of one node: its inputs' types and known values, and its attributes with defaults.</summary>
internal sealed class OpContext(NodeProto node, int opset, IReadOnlyList<Operand?> inputs, string source, ReadLimits limits)
{
    public NodeProto Node => node;

    /// <summary>Gets the imported version of the node's domain.</summary>
    public int Opset => opset;

    public IReadOnlyList<Operand?> Inputs => inputs;

    public string Source => source;

    public TensorType X => Type(0);

    /// <summary>The same node with other inputs.</summary>
    public OpContext WithInputs(IReadOnlyList<Operand?> others) => new(node, opset, others, source, limits);

    /// <summary>Another node of the same domain in its place.</summary>
    public OpContext WithNode(NodeProto other, IReadOnlyList<Operand?> others) => new(other, opset, others, source, limits);

    public bool Has(int input) => input < inputs.Count && inputs[input] is not null;

    public TensorType Type(int input) => Operand(input).Type;

    public long[] Shape(int input) => Type(input).Shape;

    public Operand Operand(int input) => Has(input) ? inputs[input]! : throw Malformed($"input {input} is missing");

    /// <summary>The value of an input that must be known before the run.</summary>
    public ConstantTensor Constant(int input) =>
        Operand(input).Constant ?? throw ModelErrors.NotConstant(source, Describe(), $"input {input} ('{inputs[input]!.Name}')");

    /// <summary>The integers of an input that must be known before the run.</summary>
    public long[] Longs(int input) => Values.ToLongs(Constant(input))
        ?? throw Malformed($"input {input} must hold integers, not {Type(input).Element}");

    /// <summary>The one integer of an input that must be known before the run.</summary>
    public long Long(int input) => Longs(input) is [var value] ? value : throw Malformed($"input {input} must hold one integer");

    public long[]? LongsOrNull(int input) => Has(input) ? Longs(input) : null;

    /// <summary>The one number of an input that must be known before the run.</summary>
    public double Number(int input) => Values.ToDoubles(Constant(input)) is [var value] ? value
        : throw Malformed($"input {input} must hold one number");

    public float[] Floats(int input) => Values.ToDoubles(Constant(input)) is { } v ? Array.ConvertAll(v, d => (float)d)
        : throw Malformed($"input {input} must hold numbers");

    public long Int(string name, long orElse) => IntOrNull(name) ?? orElse;

    public long? IntOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Int)?.I;

    public bool Flag(string name, bool orElse = false) => Int(name, orElse ? 1 : 0) != 0;

    public float Float(string name, float orElse) => FloatOrNull(name) ?? orElse;

    public float? FloatOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Float)?.F;

    public string Text(string name, string orElse) =>
        Attribute(name, AttributeProto.Types.AttributeType.String)?.S.ToStringUtf8() ?? orElse;

    public long[]? IntsOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Ints) is { } a ? [.. a.Ints] : null;

    public long[] Ints(string name) => IntsOrNull(name) ?? throw Malformed($"attribute '{name}' is missing");

    public float[]? FloatsOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Floats) is { } a ? [.. a.Floats] : null;

    public ConstantTensor? TensorOrNull(string name) =>
        Attribute(name, AttributeProto.Types.AttributeType.Tensor)?.T is { } t
            ? Widening.ToFloat(TensorDecoder.Decode(t, $"attribute '{name}' of {Describe()}", source, limits)) : null;

    public GraphProto? GraphOrNull(string name) => Attribute(name, AttributeProto.Types.AttributeType.Graph)?.G;

    /// <summary>An axis attribute, counted from the end where negative, checked against the rank.</summary>
    public int Axis(string name, long orElse, int rank) => Axis(Int(name, orElse), rank);

    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Bad($"axis {axis} is outside rank {rank}");

    public int[] Axes(IReadOnlyCollection<long> axes, int rank)
    {
        var result = axes.Select(a => Axis(a, rank)).ToArray();
        return result.Distinct().Count() == result.Length ? result : throw Bad($"axes {Text(axes)} repeat one");
    }

    /// <summary>An error for shapes that do not fit.</summary>
    public SaliencyException Bad(string why) => ModelErrors.Shape(source, Describe(), $"{why}; its inputs are {InputTypes()}");

    /// <summary>An error for a node that no input could make right.</summary>
    public SaliencyException Malformed(string why) => ModelErrors.Malformed(source, Describe(), why);

    public string Describe() => ModelErrors.Describe(node);

    public static string Text(IReadOnlyCollection<long> values) =>
        values.Count > 16 ? $"[{string.Join(',', values.Take(16))},...]" : $"[{string.Join(',', values)}]";

    private string InputTypes()
    {
        const int Most = 8;
        var texts = inputs.Take(Most).Select(i => i is null ? "absent" : $"'{ModelErrors.Short(i.Name)}' {i.Type}");
        return inputs.Count == 0 ? "none" : string.Join(", ", texts) + (inputs.Count > Most ? $" and {inputs.Count - Most} more" : "");
    }

    private AttributeProto? Attribute(string name, AttributeProto.Types.AttributeType type)
    {
        foreach (var a in node.Attribute)
            if (a.Name == name)
                return a.Type == type || (a.Type == AttributeProto.Types.AttributeType.Undefined) ? a
                    : throw Malformed($"attribute '{name}' is {a.Type}, not {type}");
        return null;
    }
}
