using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.PointForms;

/// <summary>
/// Philox4x32-10 as nodes: 32-bit words in int64, which CPU and CUDA have all of these operators for. Products are made of halves of the
/// multiplier, so that nothing leaves 63 bits. Operands of different shapes stay small until they meet.
/// </summary>
internal static class PhiloxNodes
{
    private const long M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85, Low32 = 0xFFFFFFFF, Low16 = 0xFFFF;
    private const int Rounds = 10;

    /// <summary>Draws the four words of every counter.</summary>
    /// <param name="graph">Where nodes are appended.</param>
    /// <param name="counter">The four words of the counter, int64 from 0 to 2^32 - 1; shapes that broadcast.</param>
    /// <param name="low">Low half of the key, <c>[1]</c>.</param>
    /// <param name="high">High half.</param>
    public static Value[] Draw(GraphBuilder graph, Value[] counter, Value low, Value high)
    {
        var (keys0, keys1) = (Keys(graph, low, W0), Keys(graph, high, W1));
        var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3]);
        for (var round = 0; round < Rounds; round++)
        {
            var (high0, low0) = Product(graph, c0, M0);
            var (high1, low1) = Product(graph, c2, M1);
            // The smaller operands first: a word that is one for a whole point meets the key before it meets the block.
            (c0, c1) = (graph.Binary("BitwiseXor", high1, graph.Binary("BitwiseXor", c1, keys0[round])), low1);
            (c2, c3) = (graph.Binary("BitwiseXor", high0, graph.Binary("BitwiseXor", c3, keys1[round])), low0);
        }
        return [c0, c1, c2, c3];
    }

    private static IReadOnlyList<Value> Keys(GraphBuilder graph, Value key, long step)
    {
        var all = And(graph, key + graph.Ints([.. Enumerable.Range(0, Rounds).Select(r => r * step)]), Low32);
        return [.. Enumerable.Range(0, Rounds).Select(r => graph.Slice(all, 0, r, 1))];
    }

    private static (Value High, Value Low) Product(GraphBuilder graph, Value word, long multiplier)
    {
        var low = word * Long(graph, multiplier & Low16);
        var high = (word * Long(graph, multiplier >> 16)) + (low / Long(graph, Low16 + 1));
        return (high / Long(graph, Low16 + 1), (And(graph, high, Low16) * Long(graph, Low16 + 1)) + And(graph, low, Low16));
    }

    private static Value And(GraphBuilder graph, Value words, long mask) => graph.Binary("BitwiseAnd", words, Long(graph, mask));

    private static Value Long(GraphBuilder graph, long value) => graph.Constant(ConstantTensor.Of([], value));
}
