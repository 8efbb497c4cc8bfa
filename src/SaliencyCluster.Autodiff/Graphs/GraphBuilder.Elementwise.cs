using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Graphs;

internal sealed partial class GraphBuilder
{
    public Value Unary(string op, Value x, params (string, object)[] attributes) => Node(op, x.Type, [x], attributes);

    public Value Binary(string op, Value a, Value b) =>
        Node(op, new(a.Type.Element, Shapes.Broadcast(a.Shape, b.Shape)), [a, b]);

    /// <summary>An elementwise comparison or logical operator.</summary>
    public Value Test(string op, Value a, Value b) =>
        Node(op, new(ElementType.Bool, Shapes.Broadcast(a.Shape, b.Shape)), [a, b]);

    public Value Where(Value condition, Value yes, Value no) => Node(
        "Where",
        new(yes.Type.Element, Shapes.Broadcast(condition.Shape, Shapes.Broadcast(yes.Shape, no.Shape))),
        [condition, yes, no]);

    public Value Cast(Value x, ElementType element) =>
        x.Type.Element == element ? x : Node("Cast", new(element, x.Shape), [x], ("to", (int)element));

    public Value Clip(Value x, double low, double high) => Node("Clip", x.Type, [x, x.Like(low), x.Like(high)]);

    /// <summary>The sum of two gradients.</summary>
    public Value Accumulate(Value a, Value b) => a + b;

    /// <summary>A tensor of zeros. A node, not an initializer: the runtime folds it, and the file stays small.</summary>
    public Value Zeros(TensorType type) => Node(
        "ConstantOfShape", type, [Ints(type.Shape)],
        ("value", new SaliencyCluster.Onnx.Schema.TensorProto
        {
            DataType = (int)type.Element,
            Dims = { 1 },
            RawData = Google.Protobuf.ByteString.CopyFrom(new byte[type.Element is ElementType.Double or ElementType.Int64 ? 8 : 4]),
        }));
}
