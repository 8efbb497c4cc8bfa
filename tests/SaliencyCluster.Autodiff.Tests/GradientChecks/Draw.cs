namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Where an operator's inputs are drawn from: its domain, away from kinks by more than the difference step.</summary>
public sealed class Draw
{
    private readonly Func<Random, int, int, double> _value;
    private readonly bool _distinct;

    private Draw(Func<Random, int, int, double> value, bool distinct = false)
    {
        _value = value;
        _distinct = distinct;
    }

    public static Draw Any { get; } = Between(-1, 1);

    public static Draw Positive { get; } = Between(0.5, 2);

    /// <summary>Magnitude from 0.3 to 1.5, either sign.</summary>
    public static Draw AwayFromZero { get; } = new((r, _, _) => (0.3 + (1.2 * r.NextDouble())) * (r.Next(2) * 2 - 1));

    /// <summary>All different, at least 0.2 apart, in random order: maxima stay where they are.</summary>
    public static Draw Distinct { get; } = new((_, rank, count) => 0.2 * (rank - (count / 2) + 0.5), distinct: true);

    /// <summary>-2, -1, 0, 1 or 2: many are equal.</summary>
    public static Draw WholeNumbers { get; } = new((r, _, _) => r.Next(-2, 3));

    /// <summary>The given values.</summary>
    public static Draw These(double[] values) => new((_, index, _) => values[index]);

    public static Draw Between(double low, double high) => new((r, _, _) => low + ((high - low) * r.NextDouble()));

    public double[] Values(long count, Random random)
    {
        var order = Enumerable.Range(0, (int)count).ToArray();
        if (_distinct) random.Shuffle(order);
        return [.. order.Select(rank => _value(random, rank, (int)count))];
    }
}
