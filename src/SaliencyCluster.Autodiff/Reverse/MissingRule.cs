using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Reverse;

/// <summary>A node on the way that has no gradient rule.</summary>
/// <param name="Node">The node.</param>
/// <param name="Rule">The row that says there is none, or serves other inputs only; null if there is no row.</param>
/// <param name="Input">The input whose gradient is needed.</param>
internal sealed record MissingRule(GraphNode Node, VjpRule? Rule, int Input)
{
    /// <summary>Says what is missing, where, and how the image reaches it.</summary>
    public string Describe(GradientPath path, int opset)
    {
        var why = Rule switch
        {
            null => "no rule",
            { Outcome: VjpOutcome.None } => Rule.Reason,
            _ => $"no rule for its input {Input}",
        };
        return $"operator '{Node.Op}' (opset {opset}) at node '{Node.Origin}' ({why}; path: {PathThrough(path)})";
    }

    private string PathThrough(GradientPath path)
    {
        var before = Walk(Node.Inputs[Input]!, path, back: true);
        before.Reverse();
        var after = Walk(Node.Outputs.First(path.Contains)!, path, back: false);
        return string.Join(" -> ", Shorten([.. before, Node.Origin, .. after]));
    }

    // From the node to the image (back) or to the output, taking the first way at each fork.
    private static List<string> Walk(Value start, GradientPath path, bool back)
    {
        var names = new List<string>();
        var value = start;
        while (value != (back ? path.From : path.To))
        {
            var here = value;
            var node = back ? here.Producer! : path.Nodes.First(n => n.Inputs.Contains(here));
            if (names.Count == 0 || names[^1] != node.Origin) names.Add(node.Origin);
            value = back ? node.Inputs.First(path.Contains)! : node.Outputs.First(path.Contains)!;
        }
        names.Add((back ? path.From : path.To).Name);
        return names;
    }

    private static IEnumerable<string> Shorten(List<string> names) =>
        names.Count <= 9 ? names : [.. names[..4], "...", .. names[^4..]];
}
