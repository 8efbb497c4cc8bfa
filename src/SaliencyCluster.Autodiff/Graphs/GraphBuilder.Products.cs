using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Graphs;

internal sealed partial class GraphBuilder
{
    /// <summary>The most elements of a matrix that stands for an operator along one axis: an axis of 8,192 resized to itself.</summary>
    public const long MaxMatrixElements = 1L << 26;

    /// <summary>A matrix product of operands of rank 2 or more, batch dimensions broadcast.</summary>
    public Value MatMul(Value a, Value b)
    {
        var batch = Shapes.Broadcast(a.Shape[..^2], b.Shape[..^2]);
        return Node("MatMul", new(a.Type.Element, [.. batch, a.Shape[^2], b.Shape[^1]]), [a, b]);
    }

    /// <summary>
    /// Applies a constant matrix <c>[from, to]</c> to one axis: <c>y[.., j, ..] = sum over i of x[.., i, ..] * m[i, j]</c>.
    /// Pools and resizes are such products, one for each axis.
    /// </summary>
    public Value Along(Value x, int axis, double[,] matrix)
    {
        var to = matrix.GetLength(1);
        if (axis == x.Rank - 2)
            return Node("MatMul", new(x.Type.Element, x.Shape.With(axis, to)), [Matrix(x.Type.Element, Transposed(matrix)), x]);
        var last = x.Rank - 1;
        var swap = Shapes.Range(0, x.Rank);
        (swap[axis], swap[last]) = (swap[last], swap[axis]);
        var moved = Transpose(x, swap);
        return Transpose(Node("MatMul", new(x.Type.Element, moved.Shape.With(last, to)), [moved, Matrix(x.Type.Element, matrix)]), swap);
    }

    /// <summary>Makes a matrix of zeros for <see cref="Along"/>. Such matrices become weights of the graph, so their size is bounded.</summary>
    /// <exception cref="SaliencyException">SAL1109: it would have more than <see cref="MaxMatrixElements"/> elements.</exception>
    public double[,] EmptyMatrix(long rows, long columns) =>
        rows > MaxMatrixElements / Math.Max(columns, 1) ? throw Errors.MatrixTooLarge(Source, Origin, rows, columns) : new double[rows, columns];

    public static double[,] Transposed(double[,] matrix)
    {
        var result = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (var i = 0; i < matrix.GetLength(0); i++)
            for (var j = 0; j < matrix.GetLength(1); j++)
                result[j, i] = matrix[i, j];
        return result;
    }

    private Value Matrix(ElementType element, double[,] matrix) =>
        Floats(element, [matrix.GetLength(0), matrix.GetLength(1)], [.. matrix.Cast<double>()]);

    /// <summary>A convolution of which the caller knows the result's spatial size.</summary>
    public Value Conv(string op, Value x, Value weight, long[] spatial, long channels, params (string, object)[] attributes) =>
        Node(op, new TensorType(x.Type.Element, [x.Shape[0], channels, .. spatial]), [x, weight], attributes);

    /// <summary>Adds into a flat tensor of <paramref name="count"/> zeros at <paramref name="indices"/>.</summary>
    public Value ScatterAdd(Value updates, Value indices, long count) => Node(
        "ScatterElements", new(updates.Type.Element, [count]),
        [Zeros(new(updates.Type.Element, [count])), Reshape(indices, indices.Shape.Count()), Reshape(updates, updates.Shape.Count())],
        ("axis", 0), ("reduction", "add"));
}
