using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>Which copies of the image are evaluated: in each, some segments are there and the others are the baseline.</summary>
internal enum CoalitionKind
{
    /// <summary>Copy k is without segment k.</summary>
    LeaveOneOut,

    /// <summary>Copy k has the segments whose bits are set in k.</summary>
    All,

    /// <summary>Copy 0 has none; after it, for each random order of the segments, those with its first 1, 2, ... n - 1.</summary>
    Orders,
}

/// <summary>Tells for each copy which segments are there: a pure function of its numbers, so that every worker knows the same.</summary>
internal readonly record struct Coalitions(CoalitionKind Kind, int Side, ulong Seed, uint ImageIndex)
{
    private const uint Stream = 7; // of the counter, see docs/noise.md

    public int Segments => Side * Side;

    /// <summary>Gets the numbers that a recipe carries.</summary>
    public double[] Parameters => [(int)Kind, Side, .. SeedHalves.Of(Seed), ImageIndex];

    public static Coalitions Of(IReadOnlyList<double> p) =>
        new((CoalitionKind)(int)p[0], (int)p[1], SeedHalves.Join(p[2], p[3]), (uint)p[4]);

    /// <summary>Gets whether each segment is there in a copy.</summary>
    public bool[] Present(int copy)
    {
        var present = new bool[Segments];
        switch (Kind)
        {
            case CoalitionKind.LeaveOneOut:
                Array.Fill(present, true);
                present[copy] = false;
                break;
            case CoalitionKind.All:
                for (var s = 0; s < present.Length; s++) present[s] = (copy >> s & 1) != 0;
                break;
            default:
                if (copy == 0) break;
                var (order, place) = Math.DivRem(copy - 1, Segments - 1);
                foreach (var segment in Order(order).AsSpan(0, place + 1)) present[segment] = true;
                break;
        }
        return present;
    }

    /// <summary>Gets an order of the segments: every second one is the one before it turned round, whose errors are opposite.</summary>
    public int[] Order(int index)
    {
        var order = Enumerable.Range(0, Segments).ToArray();
        for (var i = order.Length - 1; i > 0; i--)
        {
            var drawn = Philox.Block((uint)i, (uint)index / 2, ImageIndex, Stream, (uint)Seed, (uint)(Seed >> 32)).R0;
            var other = (int)((ulong)drawn * (ulong)(i + 1) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }
        if (index % 2 == 1) Array.Reverse(order);
        return order;
    }
}
