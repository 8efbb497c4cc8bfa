using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Attention;

/// <summary>A softmax of products of queries and keys that weighs values.</summary>
/// <param name="Name">The model's node, for messages and lists.</param>
/// <param name="Weights">The attention: after the softmax, for each query how much of each key.</param>
/// <param name="Axis">The axis of the keys.</param>
/// <param name="Heads">Heads, and windows where there are some.</param>
/// <param name="Axes">What the axes of the weights count.</param>
internal sealed record AttentionLayer(string Name, Value Weights, int Axis, long Heads, Axes Axes)
{
    /// <summary>Gets the axis of the queries.</summary>
    public int QueryAxis => Axis == Weights.Rank - 1 ? Axis - 1 : Weights.Rank - 1;

    public long Queries => Weights.Shape[QueryAxis];

    public long Keys => Weights.Shape[Axis];

    /// <summary>Gets where the places of the image's grid stand among the keys; null where that is not known.</summary>
    public TokenGrid? Grid => Axes.Grid(Axes[Axis]);

    /// <summary>Gets why its weights say nothing of one set of tokens with places; null where they do.</summary>
    public string? Problem
    {
        get
        {
            if (Shapes.Range(0, Axes.Rank).Any(a => IsPart(Axes[a], a == Axis || a == QueryAxis)))
                return $"it looks at windows of {Keys} tokens at a time, so its weights do not lead from one end of the image to the other";
            if (Queries != Keys) return $"its {Queries} queries and {Keys} keys are different tokens";
            return Grid is not null && Grid == Axes.Grid(Axes[QueryAxis]) ? null : "its tokens cannot be followed to places of the image";
        }
    }

    /// <summary>The weights as <c>[batch, heads, queries, keys]</c>, or their gradient likewise.</summary>
    public Value Arranged(Value weights, long batch)
    {
        var (graph, shape) = (weights.Graph, new List<long>());
        var (batches, heads) = (new List<int>(), new List<int>());
        int query = 0, key = 0;
        for (var axis = 0; axis < weights.Rank; axis++)
        {
            if (axis == QueryAxis || axis == Axis)
            {
                (query, key) = axis == Axis ? (query, shape.Count) : (shape.Count, key);
                shape.Add(weights.Shape[axis]);
                continue;
            }
            foreach (var factor in Axes[axis])
            {
                (factor.What == Counted.Batch ? batches : heads).Add(shape.Count);
                shape.Add(factor.Size);
            }
        }
        var apart = graph.Transpose(graph.Reshape(weights, [.. shape]), [.. batches, .. heads, query, key]);
        return graph.Reshape(apart, batch, Heads, Queries, Keys);
    }

    // Rows and columns that are not all of the image's, or that stand beside the tokens.
    private static bool IsPart(Factor[] axis, bool isToken) =>
        axis.Any(f => f.What is Counted.Rows or Counted.Columns or Counted.Moved) && !(isToken && Axes.Grid(axis) is not null);
}
