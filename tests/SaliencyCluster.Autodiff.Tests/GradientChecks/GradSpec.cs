namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>One operator in one situation, whose gradient is checked against central differences.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Args">Its inputs; null leaves an optional one out.</param>
public sealed record GradSpec(string Op, params Arg?[] Args)
{
    /// <summary>Gets what is special about the situation; names the test together with the operator.</summary>
    public string Case { get; init; } = "";

    public (string Name, object Value)[] Attributes { get; init; } = [];

    /// <summary>Gets the oldest and newest opset in which the node has this form.</summary>
    public int From { get; init; } = 7;

    public int Until { get; init; } = 25;

    public int Outputs { get; init; } = 1;

    /// <summary>Gets how many outputs of integers follow, which nobody uses.</summary>
    public int IntegerOutputs { get; init; }

    public string Domain { get; init; } = "";

    /// <summary>Gets the largest difference in double, relative to the largest gradient.</summary>
    public double Tolerance { get; init; } = 1e-6;

    public string Name => Case.Length == 0 ? Op : $"{Op}: {Case}";

    /// <summary>Gets the opsets that are tried: where the form begins and ends, and those at which exporters like to stay.</summary>
    public IEnumerable<int> Opsets =>
        new[] { 7, 9, 11, 13, 18, 22, From, Until }.Where(o => o >= From && o <= Until && o <= 25).Distinct().Order();
}

/// <summary>An input of the operator.</summary>
public abstract record Arg;

/// <summary>An input whose gradient is checked.</summary>
public record Operand(Draw Draw, long[] Shape) : Arg;

/// <summary>An input whose gradient is checked at given values.</summary>
public sealed record Near(double[] Values, long[] Shape) : Operand(Draw.These(Values), Shape);

/// <summary>An input that is a constant of the model.</summary>
public sealed record Fixed(int Element, long[] Shape, double[] Values) : Arg;

/// <summary>Short words for writing specs.</summary>
public static class Args
{
    /// <summary>An operand away from the kink at zero.</summary>
    public static Arg X(params long[] shape) => new Operand(Draw.AwayFromZero, shape);

    public static Arg X(Draw draw, params long[] shape) => new Operand(draw, shape);

    public static Arg Ints(params long[] values) => new Fixed(7, [values.Length], [.. values.Select(v => (double)v)]);

    public static Arg Ints(long[] shape, params long[] values) => new Fixed(7, shape, [.. values.Select(v => (double)v)]);

    public static Arg Int(long value) => new Fixed(7, [], [value]);

    public static Arg Float(double value) => new Fixed(1, [], [value]);

    public static Arg Floats(long[] shape, params double[] values) => new Fixed(1, shape, values);

    /// <summary>Weights of a fixed seed.</summary>
    public static Arg Weights(params long[] shape) =>
        new Fixed(1, shape, Draw.Any.Values(shape.Aggregate(1L, (a, b) => a * b), new Random(5)));

    public static Arg Bools(long[] shape, params double[] values) => new Fixed(9, shape, values);
}
