using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Einsum: its gradient is an Einsum with the operand and the output changing places.</summary>
internal static class EinsumRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Variadic("Einsum", since: 12, Gradient) with
        {
            Refuses = node => Terms(node).Any(t => t.Distinct().Count() != t.Length)
                ? "an index that repeats within one operand (a diagonal)" : null,
        },
    ];

    private static Value Gradient(VjpContext c, int input)
    {
        var terms = Terms(c.Node);
        var (operands, output, wanted) = (terms[..^1], terms[^1], terms[input]);
        var others = operands.Where((_, i) => i != input).ToList();

        // An index that only this operand has was summed over: every element along it gets the same gradient.
        var known = new string([.. wanted.Where(i => output.Contains(i) || others.Any(o => o.Contains(i)))]);
        var sizes = wanted.Select((index, place) => (index, c.In(input).Shape[place])).ToDictionary();
        var equation = $"{string.Join(',', others.Prepend(output))}->{known}";
        Value?[] inputs = [c.Dy, .. Shapes.Range(0, operands.Length).Where(i => i != input).Select(c.In)];
        var full = known.Select(i => others.Prepend(output).Zip(inputs).Where(p => p.First.Contains(i)).Max(p => p.Second!.Shape[p.First.IndexOf(i)])).ToArray();
        var gradient = c.Graph.Node("Einsum", new TensorType(c.Dy.Type.Element, full), inputs, ("equation", equation));

        // Known indices of size 1 were broadcast against the other operands.
        var summed = c.Graph.SumTo(gradient, [.. known.Select(i => sizes[i])]);
        var column = c.Graph.Reshape(summed, [.. wanted.Select(i => known.Contains(i) ? sizes[i] : 1)]);
        return c.Graph.Expand(column, c.In(input).Shape);
    }

    /// <summary>The indices of each operand and of the output, with <c>...</c> written out as letters that nobody uses.</summary>
    private static string[] Terms(GraphNode node)
    {
        var equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        var sides = equation.Split("->");
        var operands = sides[0].Split(',');
        var free = Enumerable.Range('A', 26).Concat(Enumerable.Range('a', 26)).Select(l => (char)l).Where(l => !equation.Contains(l)).ToArray();
        var ranks = operands.Select((o, i) => o.Contains("...", StringComparison.Ordinal)
            ? node.Inputs[i]!.Rank - (o.Length - 3) : 0).ToArray();
        var most = ranks.Max();
        string Letters(int count) => new([.. free.Take(most).TakeLast(count)]);
        var written = operands.Select((o, i) => o.Replace("...", Letters(ranks[i]), StringComparison.Ordinal)).ToArray();
        var output = sides.Length > 1
            ? sides[1].Replace("...", Letters(most), StringComparison.Ordinal)
            : Letters(most) + new string([.. written.SelectMany(w => w).Where(i => !Letters(most).Contains(i))
                .GroupBy(i => i).Where(g => g.Count() == 1).Select(g => g.Key).Order()]);
        return [.. written, output];
    }
}
