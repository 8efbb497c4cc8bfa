using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>The end of the graph: maps of all points weighed and summed, one matrix product for each kind of sum.</summary>
internal static class WeightedSums
{
    public static IEnumerable<(string Name, Value Value)> Append(GraphBuilder graph, ExplanationSpec spec, Value map, Value? factor)
    {
        var weight = graph.Input("weight", new(map.Type.Element, [spec.Rows, spec.MicroBatch]));
        if (spec.Multiplier) map *= factor ?? graph.Input("multiplier", map.Type);
        var flat = graph.Reshape(map, map.Shape[0], map.Shape[1..].Count());
        long[] shape = [spec.Rows, .. map.Shape[1..]];
        yield return ("partial", graph.Reshape(graph.MatMul(weight, flat), shape));
        if (spec.Squares) yield return ("partial_squared", graph.Reshape(graph.MatMul(weight, flat * flat), shape));
    }
}
