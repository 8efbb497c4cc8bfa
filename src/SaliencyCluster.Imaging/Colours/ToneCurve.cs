using System.Buffers.Binary;

namespace SaliencyCluster.Imaging.Colours;

/// <summary>A function of one channel, from 0 to 1 into 0 to 1, as a profile stores it.</summary>
internal static class ToneCurve
{
    private const int Header = 12;

    // Parameters of each kind of function, in the order of the standard.
    private static readonly int[] _parameters = [1, 3, 4, 5, 7];

    /// <summary>Reads a curve of type <c>curv</c> or <c>para</c>.</summary>
    /// <param name="data">Begins with the type.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Func<double, double> Read(ReadOnlySpan<byte> data, out int length)
    {
        if (data.Length < Header) throw new InvalidDataException("a curve is cut off");
        if (data[..4].SequenceEqual("curv"u8))
        {
            var count = BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
            if (count > (data.Length - Header) / 2) throw new InvalidDataException("a curve is cut off");
            length = Header + (2 * (int)count);
            var values = Words(data[Header..length]);
            return values.Length switch
            {
                0 => x => x,
                1 when values[0] * 65535.0 / 256 is var gamma => x => Math.Pow(x, gamma),
                _ => x => Between(values, x),
            };
        }
        if (!data[..4].SequenceEqual("para"u8)) throw new InvalidDataException("a curve is of a type that is not known");
        var kind = BinaryPrimitives.ReadUInt16BigEndian(data[8..]);
        if (kind >= _parameters.Length) throw new InvalidDataException($"a curve is of the kind {kind}, which is not known");
        length = Header + (4 * _parameters[kind]);
        if (data.Length < length) throw new InvalidDataException("a curve is cut off");
        var p = new double[7];
        for (var i = 0; i < _parameters[kind]; i++) p[i] = Fixed(data[(Header + (4 * i))..]);
        return Parametric(kind, p);
    }

    /// <summary>Reads numbers of 16 bits as fractions of the largest.</summary>
    public static float[] Words(ReadOnlySpan<byte> data)
    {
        var values = new float[data.Length / 2];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]) / 65535f;
        return values;
    }

    /// <summary>Reads a number of 32 bits, of which 16 are a fraction.</summary>
    public static double Fixed(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadInt32BigEndian(data) / 65536.0;

    /// <summary>Reads a table between its entries.</summary>
    public static double Between(ReadOnlySpan<float> values, double x)
    {
        var at = Srgb.Within(x) * (values.Length - 1);
        var low = Math.Min((int)at, values.Length - 2);
        return low < 0 ? values[0] : values[low] + ((at - low) * (values[low + 1] - values[low]));
    }

    // g, a, b, c, d, e, f of the standard.
    private static Func<double, double> Parametric(int kind, double[] p)
    {
        var (g, a, b, c) = (p[0], p[1], p[2], p[3]);
        return kind switch
        {
            0 => x => Math.Pow(x, g),
            1 => x => x >= -b / a ? Math.Pow((a * x) + b, g) : 0,
            2 => x => (x >= -b / a ? Math.Pow((a * x) + b, g) : 0) + c,
            3 => x => x >= p[4] ? Math.Pow((a * x) + b, g) : c * x,
            _ => x => x >= p[4] ? Math.Pow((a * x) + b, g) + p[5] : (c * x) + p[6],
        };
    }
}
