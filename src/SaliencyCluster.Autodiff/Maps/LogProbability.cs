using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>The logarithm of a class's probability: <see cref="ScoreKind.LogProbability"/>.</summary>
internal static class LogProbability
{
    /// <summary>Appends the score, and its gradient at the logits: the class's weight less its share of all exponentials.</summary>
    /// <param name="logits">The logits of all classes, and of nothing else.</param>
    /// <param name="weights">1 at the class.</param>
    public static (Value Score, Value Gradient) Append(Value logits, Value weights)
    {
        var graph = logits.Graph;
        var axes = Shapes.Range(1, logits.Rank);
        var most = graph.Reduce("ReduceMax", logits, axes);
        var exponentials = graph.Unary("Exp", logits - most);
        var all = graph.Sum(exponentials, axes);
        var asked = graph.Sum(weights, axes);
        var score = graph.Sum(logits * weights, axes) - asked * (most + graph.Unary("Log", all));
        return (graph.Reshape(score, logits.Shape[0]), weights - asked * exponentials / all);
    }
}
