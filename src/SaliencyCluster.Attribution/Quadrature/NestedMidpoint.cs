namespace SaliencyCluster.Attribution.Quadrature;

/// <summary>
/// Midpoint rules of 5, 15, 45, ... points: each holds the points of the one before, so refining costs only the new ones.
/// </summary>
public static class NestedMidpoint
{
    /// <summary>Points of the coarsest rule.</summary>
    public const int First = 5;

    /// <summary>Levels up to the greatest number of steps, 1000.</summary>
    public const int Levels = 5;

    /// <summary>Gets the number of points of the rule at a level from 0 on.</summary>
    public static int Size(int level) => checked(First * (int)Math.Pow(3, level));

    /// <summary>Gets the positions that a level adds, each with the weight that the level gives to all of its points.</summary>
    public static PathRule Added(int level)
    {
        var size = Size(level);
        // Point 3j+1 of a level is point j of the level before.
        var added = Enumerable.Range(0, size).Where(i => level == 0 || i % 3 != 1).Select(i => (i + 0.5) / size).ToArray();
        return new(added, [.. added.Select(_ => 1f / size)]);
    }

    /// <summary>
    /// Gets the root mean square error of a level's estimate from its change against the level before. Where the integrand jumps
    /// (a Relu's gradient), errors of both levels are independent and fall as 1/n, so the change is the root of 9 + 1 times it.
    /// </summary>
    public static double ErrorOfChange(double change) => change / Math.Sqrt(10);
}
