using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.GpuForms;

/// <summary>
/// Writes operators that ONNX Runtime's CUDA provider has no kernel for in terms of others. Asin, Acos and Atan have no such form; a session of
/// them is refused on a GPU with the nodes named.
/// </summary>
internal static class MissingKernels
{
    private static readonly Dictionary<string, Func<GraphBuilder, GraphNode, Value, Value>> Forms = new()
    {
        ["Celu"] = (g, n, x) => n.Float("alpha", 1) is var alpha && alpha == 1 ? g.Unary("Elu", x) : g.Unary("Elu", x / alpha) * alpha,
        ["Tan"] = (g, _, x) => g.Unary("Sin", x) / g.Unary("Cos", x),
        ["Cosh"] = (g, _, x) => Cosh(g, x),
        // Not the difference of exponentials, which loses all digits near 0.
        ["Sinh"] = (g, _, x) => g.Unary("Tanh", x) * Cosh(g, x),
        ["Asinh"] = (g, _, x) =>
        {
            var size = g.Unary("Abs", x);
            return g.Unary("Sign", x) * g.Unary("Log", size + g.Unary("Sqrt", (x * x) + 1));
        },
        ["Acosh"] = (g, _, x) => g.Unary("Log", x + g.Unary("Sqrt", (x * x) - 1)),
        ["Atanh"] = (g, _, x) => g.Unary("Log", (1 + x) / (1 - x)) * 0.5,
    };

    /// <summary>Gets the operators that have a form.</summary>
    public static IEnumerable<string> Operators => Forms.Keys;

    /// <summary>Appends the rewritten graph and gives its outputs; the graph itself where nothing is missing.</summary>
    public static List<(string Name, Value Value)> Rewrite(GraphBuilder graph, List<(string Name, Value Value)> outputs)
    {
        var nodes = GraphWriter.Needed(graph, outputs.Select(o => o.Value));
        if (!nodes.Any(n => Forms.ContainsKey(n.Op))) return outputs;
        var replaced = new Dictionary<Value, Value>();
        foreach (var node in nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(v => v is null ? null : replaced.GetValueOrDefault(v, v))];
            if (Forms.TryGetValue(node.Op, out var form)) replaced[node.Outputs[0]!] = form(graph, node, inputs[0]!);
            else if (!inputs.SequenceEqual(node.Inputs))
            {
                var copies = graph.Node(node.Op, inputs, [.. node.Outputs.Select(o => o?.Type)], node.Attributes, []);
                for (var i = 0; i < copies.Count; i++)
                    if (node.Outputs[i] is { } old) replaced[old] = copies[i]!;
            }
        }
        return [.. outputs.Select(o => (o.Name, replaced.GetValueOrDefault(o.Value, o.Value)))];
    }

    private static Value Cosh(GraphBuilder graph, Value x) => (graph.Unary("Exp", x) + graph.Unary("Exp", -x)) * 0.5;
}
