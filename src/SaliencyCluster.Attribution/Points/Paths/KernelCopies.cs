using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>
/// Which coalitions Kernel SHAP evaluates, by number from 0: pairs of a coalition and its complement. Small sizes are evaluated whole, as
/// long as a random draw of as many copies would meet each of their coalitions once on average; the rest of the copies are drawn.
/// </summary>
/// <param name="Segments">At least 3.</param>
/// <param name="Samples">How many copies there may be, at least <see cref="MinSamples"/>.</param>
internal readonly record struct KernelCopies(int Segments, int Samples)
{
    private const uint Stream = 8; // of the counter, see docs/noise.md

    /// <summary>Gets the least number of copies: each segment alone and missing, so that the fit has one solution, and two drawn
    /// pairs.</summary>
    public static long MinSamples(long segments) => (2 * segments) + 4;

    /// <summary>Says whether every coalition is evaluated.</summary>
    public static bool IsAll(long segments, int samples) => segments < 30 && (1L << (int)segments) - 2 <= samples;

    /// <summary>Gets how many sizes from 1 up, and their complements, are evaluated whole.</summary>
    public int WholeSizes
    {
        get
        {
            double left = Samples - (2.0 * Segments), mass = Mass - Share(1);
            var sizes = 1;
            for (var size = 2; size <= (Segments - 1) / 2; size++)
            {
                var copies = 2 * (double)Choose(Segments, size);
                if (left * Share(size) / mass < copies) break;
                (sizes, left, mass) = (size, left - copies, mass - Share(size));
            }
            return sizes;
        }
    }

    /// <summary>Gets how many copies are of whole sizes.</summary>
    public int WholeCopies
    {
        get
        {
            var (copies, whole) = (0L, WholeSizes);
            for (var size = 1; size <= whole; size++) copies += 2 * Choose(Segments, size);
            return (int)copies;
        }
    }

    /// <summary>Gets how many pairs are drawn.</summary>
    public int Pairs => (Samples - WholeCopies) / 2;

    /// <summary>Gets how many copies there are.</summary>
    public int Count => WholeCopies + (2 * Pairs);

    // The kernel's mass of all coalitions: a size s has (n - 1) / (s (n - s)); n - 1 is left out.
    private double Mass
    {
        get
        {
            var mass = 0.0;
            for (var size = 1; size < Segments; size++) mass += 1.0 / size / (Segments - size);
            return mass;
        }
    }

    /// <summary>Gets the weight of every copy in the fit: the Shapley kernel; drawn copies share what is left of its mass.</summary>
    public double[] Weights()
    {
        var weights = new double[Count];
        var (copy, left, whole) = (0, Mass, WholeSizes);
        for (var size = 1; size <= whole; size++)
        {
            var copies = 2 * (int)Choose(Segments, size);
            Array.Fill(weights, Share(size) / copies, copy, copies);
            (copy, left) = (copy + copies, left - Share(size));
        }
        Array.Fill(weights, left / Math.Max(1, weights.Length - copy), copy, weights.Length - copy);
        return weights;
    }

    /// <summary>Marks the segments that a copy has.</summary>
    public void Fill(Span<bool> present, int copy, ulong seed, uint imageIndex)
    {
        var number = copy / 2;
        var whole = WholeSizes;
        for (var size = 1; size <= whole; size++)
        {
            var count = Choose(Segments, size);
            if (number < count)
            {
                Combination(present, size, number);
                Complement(present, copy);
                return;
            }
            number -= (int)count;
        }
        Drawn(present, whole, number, seed, imageIndex);
        Complement(present, copy);
    }

    private static void Complement(Span<bool> present, int copy)
    {
        if (copy % 2 == 0) return;
        for (var s = 0; s < present.Length; s++) present[s] = !present[s];
    }

    // Number `rank` of the choices of `size` segments, in the order of a dictionary.
    private static void Combination(Span<bool> present, int size, long rank)
    {
        for (var s = 0; size > 0; s++)
        {
            var with = Choose(present.Length - 1 - s, size - 1);
            if (rank < with)
            {
                present[s] = true;
                size--;
            }
            else
            {
                rank -= with;
            }
        }
    }

    // A size by the kernel's mass, then a choice of that size.
    private void Drawn(Span<bool> present, int whole, int pair, ulong seed, uint imageIndex)
    {
        var (first, last) = (whole + 1, Segments - whole - 1);
        var total = 0.0;
        for (var s = first; s <= last; s++) total += 1.0 / s / (Segments - s);
        var (size, left) = (first, (Draw(0xffffffff) + 0.5) / 4294967296 * total);
        for (; size < last && left >= 1.0 / size / (Segments - size); size++) left -= 1.0 / size / (Segments - size);
        var order = new int[Segments];
        for (var s = 0; s < order.Length; s++) order[s] = s;
        for (var s = 0; s < size; s++)
        {
            var other = s + (int)((ulong)Draw((uint)s) * (ulong)(Segments - s) >> 32);
            (order[s], order[other]) = (order[other], order[s]);
            present[order[s]] = true;
        }

        uint Draw(uint block) => Philox.Block(block, (uint)pair, imageIndex, Stream, (uint)seed, (uint)(seed >> 32)).R0;
    }

    // Of a size and of its complement.
    private double Share(int size) => 2.0 / size / (Segments - size);

    private static long Choose(int n, int k)
    {
        Int128 ways = 1;
        for (var i = 0; i < k && ways < long.MaxValue; i++) ways = ways * (n - i) / (i + 1);
        return (long)Int128.Min(ways, long.MaxValue);
    }
}
