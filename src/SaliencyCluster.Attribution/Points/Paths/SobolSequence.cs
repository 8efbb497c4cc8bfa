using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>
/// Points of low discrepancy in any number of dimensions: Sobol' sequence, shifted digit by digit (Sobol', 1967; Owen, 1998, for the
/// shift).
/// </summary>
/// <remarks>
/// Dimension 0 is van der Corput's sequence; the others have the primitive polynomials over GF(2) in their order. Their first direction
/// numbers are odd ones drawn once for all, so that no table is needed: each dimension is stratified as it must be, pairs of dimensions
/// are not tuned.
/// </remarks>
internal sealed class SobolSequence
{
    private const int Bits = 32;
    private const uint Stream = 12; // of the counter, see docs/noise.md
    private static readonly Lock Making = new();
    // Of as many dimensions as were asked for: the same for all, and long in the making.
    private static uint[][] _made = [];
    private readonly uint[][] _directions;
    private readonly uint[] _shifts;

    /// <param name="dimensions">How many numbers a point has.</param>
    /// <param name="seed">Seed of the request.</param>
    /// <param name="imageIndex">The image's index within its job.</param>
    /// <param name="shift">Which of any number of shifts that do not depend on each other.</param>
    public SobolSequence(int dimensions, ulong seed, uint imageIndex, int shift)
    {
        _directions = OfDimensions(dimensions);
        var (low, high) = ((uint)seed, (uint)(seed >> 32));
        _shifts = [.. Enumerable.Range(0, dimensions).Select(d => Philox.Block((uint)d, (uint)shift, imageIndex, Stream, low, high).R0)];
    }

    /// <summary>Gets a number of a point, from 0 up to 1.</summary>
    public double Of(int point, int dimension)
    {
        var (value, directions) = (_shifts[dimension], _directions[dimension]);
        for (var (bits, i) = ((uint)point, 0); bits != 0; bits >>= 1, i++)
            if ((bits & 1) != 0) value ^= directions[i];
        return value / 4294967296.0;
    }

    private static uint[][] OfDimensions(int count)
    {
        if (Volatile.Read(ref _made) is var made && made.Length >= count) return made;
        lock (Making)
        {
            if (_made.Length >= count) return _made;
            uint[][] all = [VanDerCorput(), .. PrimitivePolynomials(count - 1).Select((p, i) => Directions(p, (uint)i))];
            Volatile.Write(ref _made, all);
            return all;
        }
    }

    private static uint[] VanDerCorput() => [.. Enumerable.Range(0, Bits).Select(i => 1u << (Bits - 1 - i))];

    // m(i) = 2 a1 m(i-1) ^ 4 a2 m(i-2) ^ ... ^ 2^s m(i-s) ^ m(i-s), each shifted to the top.
    private static uint[] Directions(uint polynomial, uint number)
    {
        var degree = Degree(polynomial);
        var v = new uint[Bits];
        for (var i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                // The seed is none of a request: the sequence is the same for all.
                var drawn = Philox.Block(number, (uint)i, 0, Stream, 0x50b01, 0).R0;
                v[i] = ((drawn & ((1u << (i + 1)) - 1)) | 1) << (Bits - 1 - i);
                continue;
            }
            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (var k = 1; k < degree; k++)
                if ((polynomial >> (degree - k) & 1) != 0) v[i] ^= v[i - k];
        }
        return v;
    }

    /// <summary>Gets the first primitive polynomials over GF(2), a bit for each coefficient.</summary>
    internal static IEnumerable<uint> PrimitivePolynomials(int count)
    {
        for (var (polynomial, found) = (3u, 0); found < count; polynomial += 2)
        {
            if (!IsPrimitive(polynomial)) continue;
            found++;
            yield return polynomial;
        }
    }

    // x generates all 2^degree - 1 non-zero elements.
    private static bool IsPrimitive(uint polynomial)
    {
        var degree = Degree(polynomial);
        var order = (1ul << degree) - 1;
        if (Power(order, polynomial, degree) != 1) return false;
        for (var (rest, factor) = (order, 2ul); rest > 1; factor++)
        {
            if (factor * factor > rest) factor = rest;
            if (rest % factor != 0) continue;
            if (factor < order && Power(order / factor, polynomial, degree) == 1) return false;
            while (rest % factor == 0) rest /= factor;
        }
        return true;
    }

    // x to a power, modulo the polynomial.
    private static ulong Power(ulong exponent, uint polynomial, int degree)
    {
        var (result, power) = (1ul, degree == 1 ? 1ul : 2ul);
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0) result = Product(result, power, polynomial, degree);
            power = Product(power, power, polynomial, degree);
        }
        return result;
    }

    private static ulong Product(ulong a, ulong b, uint polynomial, int degree)
    {
        var product = 0ul;
        for (; b > 0; b >>= 1)
        {
            if ((b & 1) != 0) product ^= a;
            a <<= 1;
            if ((a >> degree & 1) != 0) a ^= polynomial;
        }
        return product;
    }

    private static int Degree(uint polynomial) => System.Numerics.BitOperations.Log2(polynomial);
}
