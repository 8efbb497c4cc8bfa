using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>Which copies of the image are evaluated: in each, some segments are there and the others are the baseline.</summary>
internal enum CoalitionKind
{
    /// <summary>Copy k is without segment k.</summary>
    LeaveOneOut,

    /// <summary>Copy k has the segments whose bits are set in k.</summary>
    All,

    /// <summary>Copy 0 has none; after it, for each random order of the segments, those with its first 1, 2, ... n - 1.</summary>
    Orders,

    /// <summary>Copy 0 has none; after it come those of <see cref="KernelCopies"/>: pairs of a coalition and all that it leaves
    /// out.</summary>
    Kernel,

    /// <summary>Each segment of each copy is there with probability one half.</summary>
    Coins,

    /// <summary>Those of a <see cref="SobolDesign"/>, in which segments are partly there.</summary>
    Sobol,
}

/// <summary>Tells for each copy which segments are there: a pure function of its numbers, so that every worker knows the same.</summary>
/// <param name="Kind">Which copies.</param>
/// <param name="Segments">How many segments there are.</param>
/// <param name="Samples">The request's number of samples.</param>
/// <param name="Seed">Seed of the request.</param>
/// <param name="ImageIndex">The image's index within its job.</param>
internal readonly record struct Coalitions(CoalitionKind Kind, int Segments, int Samples, ulong Seed, uint ImageIndex)
{
    // Of the counter, see docs/noise.md.
    private const uint OrderStream = 7, CoinStream = 9;

    /// <summary>Gets the numbers that a recipe carries.</summary>
    public double[] Parameters => [(int)Kind, Segments, Samples, .. SeedHalves.Of(Seed), ImageIndex];

    public static Coalitions Of(IReadOnlyList<double> p) =>
        new((CoalitionKind)(int)p[0], (int)p[1], (int)p[2], SeedHalves.Join(p[3], p[4]), (uint)p[5]);

    /// <summary>Gets how much of each segment is there in a copy, from 0 to 1.</summary>
    public float[] Weights(int copy) => Kind == CoalitionKind.Sobol
        ? new SobolDesign(Segments, Seed, ImageIndex).Weights(copy) : Array.ConvertAll(Present(copy), isThere => isThere ? 1f : 0f);

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
            case CoalitionKind.Coins:
                for (var s = 0; s < present.Length; s++) present[s] = (Draw(s / 128, copy, CoinStream, s / 32 % 4) >> s % 32 & 1) != 0;
                break;
            case CoalitionKind.Kernel:
                if (copy > 0) new KernelCopies(Segments, Samples).Fill(present, copy - 1, Seed, ImageIndex);
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
            var other = (int)((ulong)Draw(i, index / 2, OrderStream, 0) * (ulong)(i + 1) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }
        if (index % 2 == 1) Array.Reverse(order);
        return order;
    }

    private uint Draw(int block, int copy, uint stream, int word)
    {
        var (r0, r1, r2, r3) = Philox.Block((uint)block, (uint)copy, ImageIndex, stream, (uint)Seed, (uint)(Seed >> 32));
        return word switch { 0 => r0, 1 => r1, 2 => r2, _ => r3 };
    }
}
