using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>Nodes that hold graphs: replaced by what they hold, where that is decided before the run.</summary>
internal static class Inlining
{
    private static readonly Dictionary<string, Func<Specialization, OpContext, Scope, Operand[]>> Rules = new()
    {
        ["If"] = If,
        ["Loop"] = (_, c, _) => throw ModelErrors.ControlFlow(c.Source, c.Describe(), "loops are not unrolled"),
        ["Scan"] = (_, c, _) => throw ModelErrors.ControlFlow(c.Source, c.Describe(), "scans are not unrolled"),
    };

    /// <summary>Whether a node is handled here rather than by a shape rule.</summary>
    public static bool Handles(NodeProto node) => node.Domain is "" or "ai.onnx" && Rules.ContainsKey(node.OpType);

    /// <summary>What the node's outputs are after inlining, or null where it is an ordinary node.</summary>
    public static Operand[]? Expand(Specialization run, OpContext c, Scope scope) =>
        Handles(c.Node) ? Rules[c.Node.OpType](run, c, scope) : null;

    private static Operand[] If(Specialization run, OpContext c, Scope scope)
    {
        var condition = c.Operand(0).Constant
            ?? throw ModelErrors.ControlFlow(c.Source, c.Describe(), $"its condition '{c.Operand(0).Name}' depends on the image");
        if (condition.Type.Element != ElementType.Bool || condition.Type.Count != 1)
            throw c.Malformed($"its condition must be one boolean, not {condition.Type}");
        var name = condition.As<byte>()[0] != 0 ? "then_branch" : "else_branch";
        var branch = c.GraphOrNull(name) ?? throw c.Malformed($"attribute '{name}' is missing");
        return branch.Output.Count == c.Node.Output.Count ? run.Inline(branch, scope)
            : throw c.Malformed($"its {name} has {branch.Output.Count} outputs, not {c.Node.Output.Count}");
    }
}
