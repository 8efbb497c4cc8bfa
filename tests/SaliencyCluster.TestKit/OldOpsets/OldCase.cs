namespace SaliencyCluster.TestKit.OldOpsets;

/// <summary>A model of an old opset, and by definition what it computes: no runtime here runs such nodes.</summary>
/// <param name="Op">The operator, and what is special about it behind a colon.</param>
/// <param name="From">The first opset with this form.</param>
/// <param name="Until">The first opset with another one.</param>
/// <param name="Nodes">Adds what makes <c>y</c> of <c>x</c>.</param>
/// <param name="Define">The output's elements of the image's.</param>
public sealed record OldCase(string Op, int From, int Until, Action<ModelBuilder> Nodes, Func<double[], double[]> Define)
{
    /// <summary>Gets the shape of the image.</summary>
    public long[] Image { get; init; } = [2, 2, 3];

    /// <summary>Gets whether the definition holds for values above 0 only.</summary>
    public bool Positive { get; init; }

    public ModelBuilder Model(int opset)
    {
        var builder = new ModelBuilder(opset).Input("x", [1, .. Image]);
        Nodes(builder);
        return builder.Results("y");
    }

    /// <summary>Values that are all different and lie away from 0, 0.5, 1 and -1, where some operators have a kink.</summary>
    public double[] Values()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, (int)Image.Aggregate(1L, (a, b) => a * b)).Select(Value)];

        double Value(int i)
        {
            var size = 0.07 + ((i % 3) * 0.55) + (random.NextDouble() * 0.3);
            return Positive || random.Next(2) == 0 ? size : -size;
        }
    }
}
