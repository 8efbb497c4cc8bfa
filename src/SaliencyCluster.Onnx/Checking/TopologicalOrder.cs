using Google.Protobuf.Collections;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Brings nodes into an order in which each comes after what it reads; keeps the file's order where it already is one.</summary>
internal static class TopologicalOrder
{
    /// <exception cref="SaliencyException">SAL1006: there is none.</exception>
    public static void Sort(GraphProto graph, string source)
    {
        var nodes = graph.Node;
        var maker = new Dictionary<string, int>();
        for (var i = 0; i < nodes.Count; i++)
            foreach (var output in nodes[i].Output) maker[output] = i;

        var waitsFor = new HashSet<int>[nodes.Count];
        var wakes = new List<int>[nodes.Count];
        for (var i = 0; i < nodes.Count; i++) wakes[i] = [];
        for (var i = 0; i < nodes.Count; i++)
        {
            waitsFor[i] = [.. UsedNames.Of(nodes[i]).Where(n => n.Length > 0 && maker.ContainsKey(n)).Select(n => maker[n])];
            foreach (var before in waitsFor[i]) wakes[before].Add(i);
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, nodes.Count).Where(i => waitsFor[i].Count == 0).Select(i => (i, i)));
        var order = new List<int>(nodes.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            order.Add(next);
            foreach (var after in wakes[next])
                if (waitsFor[after].Remove(next) && waitsFor[after].Count == 0) ready.Enqueue(after, after);
        }
        if (order.Count < nodes.Count) throw ModelErrors.Cycle(source, Cycle(nodes, waitsFor));
        if (!order.SequenceEqual(Enumerable.Range(0, order.Count))) Reorder(nodes, order);
    }

    private static void Reorder(RepeatedField<NodeProto> nodes, List<int> order)
    {
        var sorted = order.ConvertAll(i => nodes[i]);
        nodes.Clear();
        nodes.AddRange(sorted);
    }

    // Going backwards from any node that never became ready must come to a node twice: that one is on a cycle.
    private static string Cycle(RepeatedField<NodeProto> nodes, HashSet<int>[] waitsFor)
    {
        var seen = new HashSet<int>();
        var at = Array.FindIndex(waitsFor, w => w.Count > 0);
        while (seen.Add(at)) at = waitsFor[at].First();
        return ModelErrors.Describe(nodes[at]);
    }
}
