using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Reference;

namespace SaliencyCluster.Onnx.Tests.Shapes;

/// <summary>One node with given inputs and attributes, to be compared with what ONNX Runtime makes of it.</summary>
/// <param name="Op">The operator, with its domain in front where that is not the default one.</param>
/// <param name="Opsets">The opsets to try.</param>
/// <param name="Inputs">Its inputs.</param>
public sealed record OpCase(string Op, int[] Opsets, params OpInput[] Inputs)
{
    public (string Name, object Value)[] Attributes { get; init; } = [];

    public int Outputs { get; init; } = 1;

    public double Tolerance { get; init; } = 1e-5;

    public OpCase With(params (string Name, object Value)[] attributes) => this with { Attributes = attributes };

    public long[] ImageShape => Inputs.FirstOrDefault(i => i.Dynamic)?.Shape ?? [1, 2];

    /// <summary>A model of this node alone; a dynamic input that is not float is a Cast of the image.</summary>
    public ModelBuilder Model(int opset)
    {
        var builder = new ModelBuilder(opset).Input("x", ImageShape);
        var names = new List<string>();
        foreach (var (input, i) in Inputs.Select((input, i) => (input, i)))
        {
            names.Add(input.Absent ? "_" : input.Dynamic && input.Element == ElementType.Float ? "x" : $"in{i}");
            if (input.Dynamic && input.Element != ElementType.Float) builder.Node("Cast", "x", $"in{i}", ("to", (int)input.Element));
            if (input.Constant is { } value) builder.Initializer($"in{i}", value);
        }
        if (!Inputs.Any(i => i.Dynamic)) builder.Node("Relu", "x", "unused").Results("unused");
        var outputs = Enumerable.Range(0, Outputs).Select(i => $"y{i}").ToArray();
        return builder.Node(Op, string.Join(' ', names), string.Join(' ', outputs), Attributes).Results(outputs);
    }

    public override string ToString() =>
        $"{Op}({string.Join(", ", Inputs.Select(i => i.ToString()))}) {string.Join(' ', Attributes.Select(a => $"{a.Name}={(a.Value is long[] l ? string.Join(',', l) : a.Value)}"))}";
}

/// <summary>An input of an <see cref="OpCase"/>.</summary>
public sealed record OpInput(long[] Shape, ElementType Element, bool Dynamic, ConstantTensor? Constant)
{
    public bool Absent => !Dynamic && Constant is null;

    public static OpInput None => new([], ElementType.Undefined, false, null);

    /// <summary>The image, of the values of <see cref="RuntimeTrace.Ramp"/>.</summary>
    public static OpInput X(params long[] shape) => new(shape, ElementType.Float, true, null);

    /// <summary>The image cast to another type.</summary>
    public static OpInput X(ElementType type, params long[] shape) => new(shape, type, true, null);

    public static OpInput C(ConstantTensor value) => new(value.Type.Shape, value.Type.Element, false, value);

    /// <summary>A float constant of the values of <see cref="RuntimeTrace.Ramp"/>.</summary>
    public static OpInput F(params long[] shape) => C(RuntimeTrace.Ramp(shape));

    /// <summary>A float constant of positive values.</summary>
    public static OpInput Positive(params long[] shape)
    {
        var ramp = RuntimeTrace.Ramp(shape);
        return C(ConstantTensor.Of(shape, [.. ramp.As<float>().ToArray().Select(v => Math.Abs(v) + 0.5f)]));
    }

    /// <summary>A list of floats.</summary>
    public static OpInput Fs(params float[] values) => C(ConstantTensor.Of([values.Length], values));

    /// <summary>A list of integers.</summary>
    public static OpInput L(params long[] values) => C(ConstantTensor.Of([values.Length], values));

    /// <summary>Integers in a shape.</summary>
    public static OpInput L(long[] shape, params long[] values) => C(ConstantTensor.Of(shape, values));

    /// <summary>One integer of rank 0.</summary>
    public static OpInput S(long value) => C(ConstantTensor.Of([], value));

    /// <summary>One float of rank 0.</summary>
    public static OpInput S(float value) => C(ConstantTensor.Of([], value));

    /// <summary>Booleans.</summary>
    public static OpInput B(params bool[] values) => C(new(new(ElementType.Bool, [values.Length]), values.Select(v => (byte)(v ? 1 : 0)).ToArray()));

    /// <summary>Bytes of any type.</summary>
    public static OpInput Raw(ElementType type, long[] shape, params byte[] bytes) => C(new(new(type, shape), bytes));

    public override string ToString() => Absent ? "-" : $"{(Dynamic ? "x " : "")}{Element}[{string.Join(',', Shape)}]";
}
