using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.QuantizedPairs;

/// <summary>
/// Writes a DequantizeLinear of a QuantizeLinear as the arithmetic that both are: divide, round, clip, multiply; the same numbers to the
/// bit. Between such pairs ONNX Runtime's optimiser rounds weights to one scale for the whole tensor, whatever scales the model had for
/// its channels: scores move by percents. Without pairs there is nothing for it to find, in a session of ours or in an exported file.
/// CUDA has no kernel for Round: there the session's settings alone keep the optimiser away.
/// </summary>
internal static class PairArithmetic
{
    /// <summary>Appends the rewritten graph and gives its outputs; the graph itself where no pair is.</summary>
    public static List<(string Name, Value Value)> Rewrite(GraphBuilder graph, List<(string Name, Value Value)> outputs)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        if (!nodes.Any(n => Quantizer(n) is not null)) return outputs;
        var replaced = new Dictionary<Value, Value>();
        foreach (var node in nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(v => v is null ? null : replaced.GetValueOrDefault(v, v))];
            if (Quantizer(node) is { } quantizer)
            {
                var x = quantizer.Inputs[0]!;
                replaced[node.Outputs[0]!] = Arithmetic(graph, quantizer, replaced.GetValueOrDefault(x, x));
                continue;
            }
            if (inputs.SequenceEqual(node.Inputs)) continue;
            var copies = graph.Node(node.Op, inputs, [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
            for (var i = 0; i < copies.Count; i++)
                if (node.Outputs[i] is { } old) replaced[old] = copies[i]!;
        }
        return [.. outputs.Select(o => (o.Name, replaced.GetValueOrDefault(o.Value, o.Value)))];
    }

    private static Value Arithmetic(GraphBuilder graph, GraphNode quantizer, Value x)
    {
        var (least, greatest) = QuantizedRange.Integers(quantizer.Outputs[0]!.Type.Element);
        var scale = Constants.Doubles(quantizer.Inputs[1]!.Constant!);
        var zero = ZeroPoint(quantizer) is { } point ? Constants.Doubles(point) : [0];
        var shape = Shape(quantizer, x, Math.Max(scale.Length, zero.Length));
        var step = graph.Floats(x.Type.Element, scale.Length == 1 ? [] : shape, scale);
        var code = graph.Unary("Round", x / step);
        if (zero.Length == 1) code = graph.Clip(code, least - zero[0], greatest - zero[0]);
        else
        {
            code = graph.Binary("Max", code, graph.Floats(x.Type.Element, shape, [.. zero.Select(z => least - z)]));
            code = graph.Binary("Min", code, graph.Floats(x.Type.Element, shape, [.. zero.Select(z => greatest - z)]));
        }
        return code * step;
    }

    private static long[] Shape(GraphNode quantizer, Value x, int count)
    {
        if (count == 1) return [];
        var shape = new long[x.Rank];
        Array.Fill(shape, 1);
        shape[Shapes.Axis(quantizer.Int("axis", 1), x.Rank)] = count;
        return shape;
    }

    // The quantiser that a dequantiser undoes, where what it rounds to is known and the same for both.
    private static GraphNode? Quantizer(GraphNode node)
    {
        if (node.Op != "DequantizeLinear" || node.Inputs[0]!.Producer is not { Op: "QuantizeLinear" } quantizer) return null;
        if (quantizer.Inputs[1]?.Constant is not { } scale || node.Inputs[1]?.Constant is not { } back) return null;
        if (quantizer.Inputs.Count > 2 && quantizer.Inputs[2] is { Constant: null }) return null;
        if (node.Inputs.Count > 2 && node.Inputs[2] is { Constant: null }) return null;
        var element = quantizer.Outputs[0]!.Type.Element;
        return element is ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16
            && Same(scale, back) && Same(ZeroPoint(quantizer), ZeroPoint(node)) && quantizer.Int("axis", 1) == node.Int("axis", 1)
            ? quantizer : null;
    }

    private static ConstantTensor? ZeroPoint(GraphNode node) => node.Inputs.Count > 2 ? node.Inputs[2]?.Constant : null;

    // No zero point is one of 0.
    private static bool Same(ConstantTensor? a, ConstantTensor? b)
    {
        double[] first = a is null ? [0] : Constants.Doubles(a), second = b is null ? [0] : Constants.Doubles(b);
        return first.AsSpan().SequenceEqual(second);
    }
}
