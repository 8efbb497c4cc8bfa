using System.Buffers.Binary;

namespace SaliencyCluster.Imaging.Colours;

/// <summary>From the numbers of a device to XYZ (D50) by a table of several dimensions with curves around it: the types <c>mft1</c>,
/// <c>mft2</c> and <c>mAB</c> of profiles.</summary>
internal sealed class ColourTable
{
    private const int Outputs = 3, MaxInputs = 4, OldHeader = 48, Header = 32;
    private static readonly double[] _white = [0.9642, 1, 0.8249];

    private readonly Func<double, double>[] _first, _middle, _last;
    private readonly int[] _grid;
    private readonly float[] _values;
    private readonly double[]? _matrix;
    private readonly Func<double, int, double> _meaning; // of an output from 0 to 1: L*, a*, b* or X, Y, Z
    private readonly bool _isLab;

    private ColourTable(
        Func<double, double>[] first, int[] grid, float[] values, Func<double, double>[] middle, double[]? matrix,
        Func<double, double>[] last, bool isLab, Func<double, int, double> meaning)
    {
        (_first, _grid, _values, _middle, _matrix, _last, _isLab, _meaning) = (first, grid, values, middle, matrix, last, isLab, meaning);
    }

    /// <summary>Reads one.</summary>
    /// <param name="data">Begins with the type.</param>
    /// <param name="inputs">How many numbers a colour of the device has.</param>
    /// <param name="isLab">Whether its outputs are L*, a* and b*; else X, Y and Z.</param>
    /// <exception cref="InvalidDataException">It is damaged, or not for as many numbers.</exception>
    public static ColourTable Read(ReadOnlySpan<byte> data, int inputs, bool isLab)
    {
        if (data.Length < Header) throw Damaged();
        if (data[8] != inputs || data[9] != Outputs || inputs > MaxInputs)
            throw new InvalidDataException($"its table has {data[8]} inputs and {data[9]} outputs");
        if (data[..4].SequenceEqual("mAB "u8)) return Newer(data, inputs, isLab);
        return data[..4].SequenceEqual("mft1"u8) ? Older(data, inputs, isLab, 1)
            : data[..4].SequenceEqual("mft2"u8) ? Older(data, inputs, isLab, 2)
            : throw new InvalidDataException("its table is of a type that is not known");
    }

    /// <summary>Brings a colour to XYZ.</summary>
    /// <param name="device">Numbers of the device, from 0 to 1.</param>
    /// <param name="xyz">Where it goes.</param>
    public void ToXyz(ReadOnlySpan<double> device, Span<double> xyz)
    {
        Span<double> given = stackalloc double[MaxInputs];
        for (var i = 0; i < device.Length; i++) given[i] = _first.Length > 0 ? _first[i](device[i]) : device[i];
        if (_grid.Length > 0) Interpolate(given[..device.Length], xyz);
        else given[..Outputs].CopyTo(xyz);
        for (var i = 0; i < _middle.Length; i++) xyz[i] = _middle[i](Srgb.Within(xyz[i]));
        if (_matrix is not null)
        {
            var (x, y, z) = (xyz[0], xyz[1], xyz[2]);
            for (var i = 0; i < Outputs; i++)
                xyz[i] = (_matrix[3 * i] * x) + (_matrix[(3 * i) + 1] * y) + (_matrix[(3 * i) + 2] * z) + _matrix[9 + i];
        }
        for (var i = 0; i < Outputs; i++) xyz[i] = _meaning(_last[i](Srgb.Within(xyz[i])), i);
        if (_isLab) FromLab(xyz);
    }

    /// <summary>Brings a colour from L*, a*, b* to XYZ, in place.</summary>
    public static void FromLab(Span<double> colour)
    {
        var y = (colour[0] + 16) / 116;
        (colour[0], colour[1], colour[2]) =
            (_white[0] * Cube(y + (colour[1] / 500)), _white[1] * Cube(y), _white[2] * Cube(y - (colour[2] / 200)));

        static double Cube(double t) => t > 6 / 29.0 ? t * t * t : (t - (4 / 29.0)) * 108 / 841;
    }

    // Linear between the 2^inputs entries around it.
    private void Interpolate(ReadOnlySpan<double> at, Span<double> result)
    {
        Span<int> low = stackalloc int[MaxInputs];
        Span<double> share = stackalloc double[MaxInputs];
        for (var i = 0; i < at.Length; i++)
        {
            var place = Srgb.Within(at[i]) * (_grid[i] - 1);
            low[i] = Math.Max(0, Math.Min((int)place, _grid[i] - 2));
            share[i] = place - low[i];
        }
        result[..Outputs].Clear();
        for (var corner = 0; corner < 1 << at.Length; corner++)
        {
            var (weight, index) = (1.0, 0);
            for (var i = 0; i < at.Length; i++)
            {
                var up = (corner >> i) & 1;
                weight *= up == 1 ? share[i] : 1 - share[i];
                index = (index * _grid[i]) + Math.Min(low[i] + up, _grid[i] - 1);
            }
            if (weight == 0) continue;
            for (var c = 0; c < Outputs; c++) result[c] += weight * _values[(Outputs * index) + c];
        }
    }

    private static ColourTable Older(ReadOnlySpan<byte> data, int inputs, bool isLab, int width)
    {
        if (data.Length < OldHeader + 4) throw Damaged();
        int side = data[10], at = width == 1 ? OldHeader : OldHeader + 4;
        var entries = width == 1 ? 256 : BinaryPrimitives.ReadUInt16BigEndian(data[48..]);
        var lastEntries = width == 1 ? 256 : BinaryPrimitives.ReadUInt16BigEndian(data[50..]);
        if (side < 1 || entries < 1 || lastEntries < 1) throw Damaged();
        var values = Outputs * (long)Math.Pow(side, inputs);
        if (data.Length < at + (width * ((inputs * entries) + values + (Outputs * lastEntries)))) throw Damaged();
        var first = Curves(data, ref at, inputs, entries, width);
        var table = Numbers(data, ref at, (int)values, width);
        var last = Curves(data, ref at, Outputs, lastEntries, width);
        Func<double, int, double> meaning = (isLab, width) switch
        {
            (false, _) => (v, _) => v * 65535 / 32768,
            (true, 1) => (v, c) => c == 0 ? 100 * v : (255 * v) - 128,
            // 0xFF00 is 100, as version 2 has it.
            _ => (v, c) => c == 0 ? v * 65535 / 652.8 : (v * 65535 / 256) - 128,
        };
        return new(first, [.. Enumerable.Repeat(side, inputs)], table, [], null, last, isLab, meaning);
    }

    private static ColourTable Newer(ReadOnlySpan<byte> data, int inputs, bool isLab)
    {
        int Offset(ReadOnlySpan<byte> d, int at) =>
            BinaryPrimitives.ReadUInt32BigEndian(d[at..]) is var o && o < d.Length ? (int)o : throw Damaged();
        var (last, matrix, middle) = (Offset(data, 12), Offset(data, 16), Offset(data, 20));
        var (table, first) = (Offset(data, 24), Offset(data, 28));
        if (last == 0 || (table == 0 && inputs != Outputs)) throw Damaged();
        int[] grid = [];
        float[] values = [];
        if (table != 0)
        {
            if (data.Length < table + 20) throw Damaged();
            var (count, width) = ((double)Outputs, data[table + 16]);
            grid = [.. data.Slice(table, inputs).ToArray().Select(g => (int)g)];
            foreach (var side in grid) count *= side;
            if (width is not (1 or 2) || count == 0 || data.Length < table + 20 + (width * count)) throw Damaged();
            var at = table + 20;
            values = Numbers(data, ref at, (int)count, width);
        }
        double[]? numbers = null;
        if (matrix != 0)
        {
            if (data.Length < matrix + 48) throw Damaged();
            numbers = new double[12];
            for (var i = 0; i < 12; i++) numbers[i] = ToneCurve.Fixed(data[(matrix + (4 * i))..]);
        }
        return new(
            first == 0 ? [] : Curves(data[first..], inputs), grid, values, middle == 0 ? [] : Curves(data[middle..], Outputs), numbers,
            Curves(data[last..], Outputs), isLab,
            isLab ? (v, c) => c == 0 ? 100 * v : (255 * v) - 128 : (v, _) => v * 65535 / 32768);
    }

    // One after another, each beginning at a multiple of four bytes.
    private static Func<double, double>[] Curves(ReadOnlySpan<byte> data, int count)
    {
        var curves = new Func<double, double>[count];
        for (int i = 0, at = 0; i < count; i++)
        {
            if (at > data.Length) throw Damaged();
            curves[i] = ToneCurve.Read(data[at..], out var length);
            at += (length + 3) & ~3;
        }
        return curves;
    }

    private static Func<double, double>[] Curves(ReadOnlySpan<byte> data, ref int at, int count, int entries, int width)
    {
        var curves = new Func<double, double>[count];
        for (var i = 0; i < count; i++)
        {
            var values = Numbers(data, ref at, entries, width);
            curves[i] = x => ToneCurve.Between(values, x);
        }
        return curves;
    }

    private static float[] Numbers(ReadOnlySpan<byte> data, ref int at, int count, int width)
    {
        var bytes = data.Slice(at, count * width);
        at += bytes.Length;
        return width == 2 ? ToneCurve.Words(bytes) : [.. bytes.ToArray().Select(b => b / 255f)];
    }

    private static InvalidDataException Damaged() => new("its table is damaged");
}
