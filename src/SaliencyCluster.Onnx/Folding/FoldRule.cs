using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>One row of the fold-rule table: the values of an operator's outputs where its inputs are known.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Since">The first opset to which this row applies.</param>
/// <param name="Fold">Returns all outputs, given their inferred types, or null where a value cannot be computed here and is left to the
/// run.</param>
internal sealed record FoldRule(string Op, int Since, Func<OpContext, TensorType[], ConstantTensor[]?> Fold)
{
    /// <summary>Gets whether the inputs' types are enough, so that their values need not be known.</summary>
    public bool FromTypes { get; init; }

    /// <summary>An operator with one output.</summary>
    public static FoldRule One(string op, int since, Func<OpContext, TensorType, ConstantTensor?> fold) =>
        new(op, since, (c, types) => c.Node.Output.Count == 1 && fold(c, types[0]) is { } value ? [value] : null);

    /// <summary>An operator whose one output follows from its input's type alone.</summary>
    public static FoldRule FromType(string op, int since, Func<OpContext, TensorType, ConstantTensor?> fold) =>
        One(op, since, fold) with { FromTypes = true };

    /// <summary>The output holds the bytes of input 0 in another shape.</summary>
    public static FoldRule SameBytes(string op, int since) => One(op, since, (c, type) => new(type, c.Constant(0).Bytes));

    /// <summary>
    /// A function of one number. In float32, double arithmetic rounded once equals float arithmetic for + - * / and roots.
    /// </summary>
    public static FoldRule Unary(string op, int since, Func<double, double> real, Func<long, long>? integer = null) =>
        One(op, since, (c, type) =>
        type.Element.IsFloat() ? Values.Of(type, Array.ConvertAll(Values.ToDoubles(c.Constant(0))!, v => real(v)))
        : integer is not null && Values.ToLongs(c.Constant(0)) is { } x ? Values.Of(type, Array.ConvertAll(x, v => integer(v)))
        : null);

    /// <summary>A function of all inputs together, two at a time, broadcast.</summary>
    public static FoldRule Broadcast(string op, int since, Func<double, double, double>? real, Func<long, long, long>? integer) =>
        One(op, since, (c, type) => Elementwise.Combine(c, type, real, integer));

    /// <summary>A comparison.</summary>
    public static FoldRule Compare(string op, int since, Func<double, double, bool> real, Func<long, long, bool> integer) =>
        One(op, since, (c, type) => Elementwise.Compare(c, type, real, integer));
}
