namespace SaliencyCluster.Onnx.Shapes;

/// <summary>A parsed Einsum equation: one letter per axis, <c>.</c> for each axis that an ellipsis stands for.</summary>
/// <param name="Inputs">The labels of each input's axes.</param>
/// <param name="Output">The labels of the output's axes.</param>
/// <remarks>Axes of an ellipsis are labelled with private characters, counted from the right, because they broadcast.</remarks>
internal sealed record EinsumEquation(string[] Inputs, string Output)
{
    // Labels of ellipsis axes: far from any letter.
    private const char LastEllipsis = '\uE0FF';

    /// <summary>Reads the equation of an Einsum node.</summary>
    public static EinsumEquation Of(OpContext c)
    {
        var equation = c.Text("equation", "").Replace(" ", "");
        var arrow = equation.IndexOf("->", StringComparison.Ordinal);
        var terms = (arrow < 0 ? equation : equation[..arrow]).Split(',');
        if (terms.Length != c.Inputs.Count) throw c.Bad($"equation '{equation}' has {terms.Length} terms");
        var dots = terms.Select((t, i) => t.Contains("...") ? c.Type(i).Rank - (t.Length - 3) : 0).ToArray();
        if (dots.Any(d => d < 0)) throw c.Bad($"equation '{equation}' has more letters than an input has axes");
        var inputs = terms.Select((t, i) => Expand(t, dots[i])).ToArray();
        for (var i = 0; i < inputs.Length; i++)
            if (inputs[i].Length != c.Type(i).Rank || inputs[i].Contains('.')) throw c.Bad($"term '{terms[i]}' does not fit input {i}");
        return new(inputs, arrow < 0 ? Implicit(inputs, dots.Max()) : Expand(equation[(arrow + 2)..], dots.Max()));
    }

    /// <summary>The output's dimensions, checked for every label.</summary>
    public long[] OutputShape(OpContext c)
    {
        var sizes = new Dictionary<char, long>();
        for (var i = 0; i < Inputs.Length; i++)
            for (var axis = 0; axis < Inputs[i].Length; axis++)
            {
                var (label, size) = (Inputs[i][axis], c.Shape(i)[axis]);
                if (sizes.TryGetValue(label, out var known) && known != size && known != 1 && size != 1)
                    throw c.Bad($"axes of {known} and {size} share a letter");
                sizes[label] = known > 1 ? known : size;
            }
        return [.. Output.Select(l => sizes.TryGetValue(l, out var size) ? size
            : throw c.Bad($"the output's letter '{l}' is in no input"))];
    }

    private static string Expand(string term, int dots) =>
        term.Replace("...", new([.. Enumerable.Range(0, dots).Select(i => (char)(LastEllipsis - dots + 1 + i))]));

    // Without an arrow: the ellipsis, then the letters that occur once, in alphabetical order.
    private static string Implicit(string[] inputs, int dots)
    {
        var once = string.Concat(inputs).Where(char.IsAsciiLetter).GroupBy(l => l).Where(g => g.Count() == 1).Select(g => g.Key).Order();
        return Expand("...", dots) + string.Concat(once);
    }
}
