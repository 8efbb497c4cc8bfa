using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Reverse;

/// <summary>Appends the reverse pass: vector-Jacobian products from the output back to one tensor, or to several on the way.</summary>
internal static class ReversePass
{
    /// <summary>Appends the gradients of <c>sum(output_gradient * output)</c> with respect to the starts of a path.</summary>
    /// <param name="forward">The forward pass.</param>
    /// <param name="path">The ways from the tensors to the output; they must exist and miss no rule.</param>
    /// <param name="outputGradient">The gradient at the output.</param>
    /// <param name="table">The rules.</param>
    public static IReadOnlyList<Value> Append(ForwardGraph forward, GradientPath path, Value outputGradient, VjpRuleTable table)
    {
        var graph = forward.Graph;
        var gradients = new Dictionary<Value, Value> { [path.To] = outputGradient };
        var chosenFrom = Choices.From(path.Nodes);
        foreach (var node in path.Nodes.Reverse())
        {
            Value?[] arrived = [.. node.Outputs.Select(o => o is null ? null : gradients.GetValueOrDefault(o))];
            if (arrived.All(g => g is null)) continue;
            graph.Origin = node.Origin;
            var rule = table.Find(node.Op)!;
            var context = new VjpContext(node, graph, arrived, forward.Reference) { IsChosenFrom = chosenFrom.Contains(node) };
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (!path.Contains(node.Inputs[i])) continue;
                var (input, gradient) = (node.Inputs[i]!, rule.Gradient!(context, i));

                // Later consumers come first, always: the order of the sum is part of the answer's bits.
                gradients[input] = gradients.TryGetValue(input, out var sum) ? graph.Accumulate(sum, gradient) : gradient;
            }
        }
        graph.Origin = "";
        return [.. path.From.Select(from => gradients[from])];
    }
}
