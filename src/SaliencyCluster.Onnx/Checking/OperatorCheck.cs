using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Specializing;
using SaliencyCluster.Onnx.Upgrading;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Finds every node whose operator has no shape rule, so that one run names them all.</summary>
internal static class OperatorCheck
{
    private const int MaxNamed = 50;

    /// <exception cref="SaliencyException">SAL1004.</exception>
    public static void Run(GraphProto graph, string source, Func<string, int> opsetOf)
    {
        var unknown = graph.Node.Where(n => !Inlining.Handles(n) && !IsKnown(n, opsetOf(n.Domain)))
            .GroupBy(n => (n.Domain, n.OpType)).ToList();
        if (unknown.Count == 0) return;
        var texts = unknown.Take(MaxNamed).Select(g => Describe(g.Key.Domain, g.Key.OpType, opsetOf(g.Key.Domain), [.. g])).ToList();
        if (unknown.Count > MaxNamed) texts.Add($"and {unknown.Count - MaxNamed} more");
        throw ModelErrors.UnknownOperators(source, texts);
    }

    private static bool IsKnown(NodeProto node, int opset) =>
        UpgradeTable.Find(node, opset) is not null || ShapeRuleTable.Find(node.Domain, node.OpType, opset) is not null;

    private static string Describe(string domain, string op, int opset, IReadOnlyList<NodeProto> nodes)
    {
        var where = nodes.Count == 1 ? ModelErrors.Describe(nodes[0]) : $"{nodes.Count} nodes, first {ModelErrors.Describe(nodes[0])}";
        var name = domain is "" or "ai.onnx" ? op : $"{domain}.{op}";
        return ShapeRuleTable.FirstOpset(domain, op) is { } since
            ? $"{name} exists from opset {since}, not in {opset} ({where})" : $"{name} ({where})";
    }
}
