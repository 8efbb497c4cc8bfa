using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>A tensor of a graph that is being built. Operators on it append ONNX nodes; shapes are static and checked here.</summary>
internal sealed class Value
{
    internal Value(GraphBuilder graph, string name, TensorType type, GraphNode? producer, ConstantTensor? constant)
    {
        Graph = graph;
        Name = name;
        Type = type;
        Producer = producer;
        Constant = constant;
    }

    public GraphBuilder Graph { get; }

    public string Name { get; }

    public TensorType Type { get; }

    /// <summary>Gets the node that makes it; null for inputs and constants.</summary>
    public GraphNode? Producer { get; }

    /// <summary>Gets its contents if they are known.</summary>
    public ConstantTensor? Constant { get; }

    public long[] Shape => Type.Shape;

    public int Rank => Type.Shape.Length;

    public bool IsFloat => Type.Element is ElementType.Float or ElementType.Double;

    public static Value operator +(Value a, Value b) => a.Graph.Binary("Add", a, b);

    public static Value operator -(Value a, Value b) => a.Graph.Binary("Sub", a, b);

    public static Value operator *(Value a, Value b) => a.Graph.Binary("Mul", a, b);

    public static Value operator /(Value a, Value b) => a.Graph.Binary("Div", a, b);

    public static Value operator -(Value a) => a.Graph.Unary("Neg", a);

    public static Value operator +(Value a, double b) => a + a.Like(b);

    public static Value operator +(double a, Value b) => b.Like(a) + b;

    public static Value operator -(Value a, double b) => a - a.Like(b);

    public static Value operator -(double a, Value b) => b.Like(a) - b;

    public static Value operator *(Value a, double b) => b == 1 ? a : a * a.Like(b);

    public static Value operator *(double a, Value b) => b * a;

    public static Value operator /(Value a, double b) => a * (1 / b);

    public static Value operator /(double a, Value b) => b.Like(a) / b;

    /// <summary>A scalar constant of the same element type.</summary>
    public Value Like(double scalar) => Graph.Scalar(scalar, Type.Element);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Type}";
}
