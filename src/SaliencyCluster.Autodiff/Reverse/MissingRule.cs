using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Reverse;

/// <summary>A node on the way that has no gradient rule.</summary>
/// <param name="Node">The node.</param>
/// <param name="Input">The input whose gradient is needed.</param>
/// <param name="Why">What the table says, or that it says nothing.</param>
internal sealed record MissingRule(GraphNode Node, int Input, string Why)
{
    /// <summary>What is missing for the gradients of the wanted inputs from the outputs on the way, or null if nothing is.</summary>
    public static MissingRule? Find(GraphNode node, VjpRule? rule, int[] wanted, int[] outputs) => rule switch
    {
        null => new(node, wanted[0], "no rule"),
        { Outcome: not VjpOutcome.Rule } => new(node, wanted[0], rule.Reason),
        { AllOutputs: false } when outputs[^1] > 0 => new(node, wanted[0], $"no rule for its output {outputs[^1]}"),
        _ when rule.Refuses(node) is { } reason => new(node, wanted[0], reason),
        _ when wanted.Any(i => !rule.Serves(i)) => wanted.First(i => !rule.Serves(i)) is var input
            ? new(node, input, $"no rule for its input {input}") : null,
        _ => null,
    };

    /// <summary>Says what is missing, where, and how the image reaches it.</summary>
    public string Describe(GradientPath path, int opset) =>
        $"operator '{Node.Op}' (opset {opset}) at node '{Node.Origin}' ({Why}; path: {PathThrough(path)})";

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
        while (back ? !path.From.Contains(value) : value != path.To)
        {
            var here = value;
            var node = back ? here.Producer! : path.Nodes.First(n => n.Inputs.Contains(here));
            if (names.Count == 0 || names[^1] != node.Origin) names.Add(node.Origin);
            value = back ? node.Inputs.First(path.Contains)! : node.Outputs.First(path.Contains)!;
        }
        names.Add(back ? path.FromName : path.ToName);
        return names;
    }

    private static IEnumerable<string> Shorten(List<string> names) =>
        names.Count <= 9 ? names : [.. names[..4], "...", .. names[^4..]];
}
