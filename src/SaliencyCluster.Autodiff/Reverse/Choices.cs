using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Reverse;

/// <summary>
/// Nodes whose elements a Where may pass over. What it passes over has no gradient, and whatever slope is there must not make one: 0 times
/// infinity is no number.
/// </summary>
internal static class Choices
{
    // A Where stands mostly right behind what it guards: these work element by element, or only arrange elements.
    private static readonly HashSet<string> _elementwise =
    [
        "Where", "Add", "Sub", "Mul", "Div", "Pow", "Neg", "Abs", "Sqrt", "Exp", "Log", "Reciprocal", "Asin", "Acos", "Acosh", "Atanh", "Erf", "Tanh", "Sigmoid",
        "Relu", "Clip", "Max", "Min", "Sum", "Cast", "Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Expand",
    ];

    /// <summary>Finds them among the nodes of a path, which are in the order of the forward pass.</summary>
    public static HashSet<GraphNode> From(IEnumerable<GraphNode> nodes)
    {
        var (found, values) = (new HashSet<GraphNode>(), new HashSet<Value>());
        foreach (var node in nodes.Reverse())
        {
            var isChosenFrom = node.Outputs.Any(o => o is not null && values.Contains(o));
            if (isChosenFrom) found.Add(node);
            if (node.Op == "Where" || (isChosenFrom && _elementwise.Contains(node.Op))) values.UnionWith(node.Inputs.OfType<Value>());
        }
        return found;
    }
}
