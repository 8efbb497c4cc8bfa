using SaliencyCluster.TestKit.Reference;

namespace SaliencyCluster.Onnx.Tests.Shapes;

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

    /// <summary>The value of an attribute that is a list of integers.</summary>
    public static long[] I(params long[] values) => values;

    /// <summary>One integer of rank 0.</summary>
    public static OpInput S(long value) => C(ConstantTensor.Of([], value));

    /// <summary>One float of rank 0.</summary>
    public static OpInput S(float value) => C(ConstantTensor.Of([], value));

    /// <summary>Booleans.</summary>
    public static OpInput B(params bool[] values) =>
        C(new(new(ElementType.Bool, [values.Length]), values.Select(v => (byte)(v ? 1 : 0)).ToArray()));

    /// <summary>Bytes of any type.</summary>
    public static OpInput Raw(ElementType type, long[] shape, params byte[] bytes) => C(new(new(type, shape), bytes));

    public override string ToString() => Absent ? "-" : $"{(Dynamic ? "x " : "")}{Element}[{string.Join(',', Shape)}]";
}
