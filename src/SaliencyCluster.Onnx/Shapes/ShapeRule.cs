namespace SaliencyCluster.Onnx.Shapes;

/// <summary>One row of the shape-rule table: how the types of an operator's outputs follow from its inputs.</summary>
/// <param name="Op">The operator; with its domain in front where that is not the default one.</param>
/// <param name="Since">The first opset to which this row applies; it ends where a later row of the operator begins.</param>
/// <param name="Infer">Returns one type per output; the node may use fewer.</param>
internal sealed record ShapeRule(string Op, int Since, Func<OpContext, TensorType[]> Infer)
{
    /// <summary>One output of the type of input 0.</summary>
    public static ShapeRule Unary(string op, int since) => new(op, since, c => [c.X]);

    /// <summary>One output of the shape of input 0 and an element type of its own.</summary>
    public static ShapeRule Unary(string op, int since, Func<OpContext, ElementType> element) =>
        new(op, since, c => [c.X with { Element = element(c) }]);

    /// <summary>All inputs broadcast together; the element type is theirs.</summary>
    public static ShapeRule Broadcast(string op, int since) => new(op, since, c => [Broadcasting.All(c, 0)]);

    /// <summary>All inputs broadcast together; the output is boolean.</summary>
    public static ShapeRule Compare(string op, int since) =>
        new(op, since, c => [Broadcasting.All(c, 0) with { Element = ElementType.Bool }]);

    /// <summary>One output.</summary>
    public static ShapeRule One(string op, int since, Func<OpContext, TensorType> infer) => new(op, since, c => [infer(c)]);

    /// <summary>One output of input 0's element type and a shape of its own.</summary>
    public static ShapeRule Shape(string op, int since, Func<OpContext, long[]> shape) =>
        new(op, since, c => [c.X with { Shape = shape(c) }]);
}
