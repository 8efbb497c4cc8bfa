namespace SaliencyCluster.Attribution.Noise;

/// <summary>
/// Random numbers that depend on nothing but a seed, a stream and two further words, on whichever machine they are drawn: Philox4x32-10
/// with counter (block, <c>second</c>, <c>first</c>, stream), the layout of docs/noise.md.
/// </summary>
/// <param name="seed">The seed of the request.</param>
/// <param name="stream">What the numbers are for.</param>
/// <param name="first">Image index, or half of a hash.</param>
/// <param name="second">Sample index, or the other half.</param>
public sealed class RandomStream(ulong seed, EvaluationStream stream, uint first = 0, uint second = 0)
{
    private readonly uint[] _block = new uint[4];
    private uint _blocks;
    private int _used = 4;

    /// <summary>Gets the next 32 random bits.</summary>
    public uint Next()
    {
        if (_used == _block.Length)
        {
            (_block[0], _block[1], _block[2], _block[3]) =
                Philox.Block(_blocks++, second, first, (uint)stream, (uint)seed, (uint)(seed >> 32));
            _used = 0;
        }
        return _block[_used++];
    }

    /// <summary>Gets the next number strictly between 0 and 1: <c>(bits + 0.5) / 2^32</c>.</summary>
    public double NextUniform() => (Next() + 0.5) * (1.0 / 4294967296.0);

    /// <summary>Gets the next number from 0 to <paramref name="limit"/> - 1, by multiplication; off by less than limit / 2^32.</summary>
    public int NextBelow(int limit) => (int)(((ulong)Next() * (uint)limit) >> 32);

    /// <summary>Gets the next standard normal number by Box and Muller's formula; uses two numbers.</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(NextUniform()));
        return radius * Math.Cos(2 * Math.PI * NextUniform());
    }
}
