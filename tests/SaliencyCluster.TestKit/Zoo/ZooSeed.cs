namespace SaliencyCluster.TestKit.Zoo;

/// <summary>The seed of a target: 1 at each element of the output that it names, 0 elsewhere.</summary>
public static class ZooSeed
{
    public static double[] Of(string target, IReadOnlyList<long> shape)
    {
        var parts = target.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var seed = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0L; i < seed.Length; i++)
        {
            var (rest, named) = (i, true);
            for (var d = shape.Count - 1; d >= 0; d--)
            {
                named &= d >= parts.Length || parts[d] == ":" || long.Parse(parts[d], null) == rest % shape[d];
                rest /= shape[d];
            }
            seed[i] = named ? 1 : 0;
        }
        return seed;
    }
}
