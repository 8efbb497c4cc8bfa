namespace SaliencyCluster.Autodiff.Graphs;

internal sealed partial class GraphBuilder
{
    /// <summary>ReduceSum, ReduceMean, ReduceMax, ... over given axes.</summary>
    public Value Reduce(string op, Value x, int[] axes, bool keep = true)
    {
        if (axes.Length == 0) return x;
        return Node(op, new(x.Type.Element, Shapes.Reduced(x.Shape, axes, keep)), [x, Ints(axes)], ("keepdims", keep ? 1 : 0));
    }

    public Value Sum(Value x, int[] axes, bool keep = true) => Reduce("ReduceSum", x, axes, keep);

    public Value Mean(Value x, int[] axes, bool keep = true) => Reduce("ReduceMean", x, axes, keep);

    /// <summary>Sums over the axes along which <paramref name="shape"/> was broadcast: the gradient of broadcasting.</summary>
    public Value SumTo(Value x, long[] shape)
    {
        var lead = x.Rank - shape.Length;
        var axes = Shapes.Range(0, x.Rank).Where(i => i < lead || (shape[i - lead] == 1 && x.Shape[i] != 1)).ToArray();
        return Reshape(Sum(x, axes), shape);
    }
}
