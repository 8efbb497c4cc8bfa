using System.Buffers.Binary;
using System.Text;

namespace SaliencyCluster.Imaging.Colours;

/// <summary>
/// What the numbers of a picture mean, as an ICC profile of version 2 or 4 says, and their conversion to sRGB: colours relative to the
/// medium's white, by the profile's table where it has one, else by curves and a matrix. In double precision and one colour after another,
/// so that every process gets the same bytes.
/// </summary>
internal sealed class ColourProfile
{
    /// <summary>The most bytes that are read of a profile: those of printers have a few millions.</summary>
    public const int MaxBytes = 1 << 24;

    private const int Header = 128, Tag = 12;
    private const double SameColour = 1; // in levels of 8 bits

    private readonly ColourTable? _table;
    private readonly Func<double, double>[] _curves;
    private readonly double[] _toLinear = []; // from linear RGB of the device to linear sRGB, rows first
    private readonly bool _greyIsLightness;

    /// <summary>Reads a profile.</summary>
    /// <param name="profile">Its bytes.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of a kind that pictures cannot be converted by; the message says
    /// why.</exception>
    public ColourProfile(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < Header + 4 || !profile[36..40].SequenceEqual("acsp"u8)) throw new InvalidDataException("it is damaged");
        Space = Encoding.ASCII.GetString(profile[16..20]).TrimEnd();
        var isLab = profile[20..24].SequenceEqual("Lab "u8);
        if (!isLab && !profile[20..24].SequenceEqual("XYZ "u8)) throw new InvalidDataException("it links two devices");
        if (Space is not ("RGB" or "GRAY" or "CMYK")) throw new InvalidDataException($"it is for pictures in '{Space}'");
        Name = NameOf(Find(profile, "desc"u8)) is { Length: > 0 } name ? name : Space;
        var table = Find(profile, "A2B0"u8) is { IsEmpty: false } perceptual ? perceptual : Find(profile, "A2B1"u8);
        _curves = [];
        if (!table.IsEmpty)
        {
            _table = ColourTable.Read(table, Space == "RGB" ? 3 : Space == "GRAY" ? 1 : 4, isLab);
        }
        else if (Space == "GRAY")
        {
            (_curves, _greyIsLightness) = ([Curve(profile, "kTRC"u8)], isLab);
        }
        else if (Space == "RGB" && !isLab)
        {
            _curves = [Curve(profile, "rTRC"u8), Curve(profile, "gTRC"u8), Curve(profile, "bTRC"u8)];
            _toLinear = Product(
                Srgb.FromXyz, [.. Colourant(profile, "rXYZ"u8), .. Colourant(profile, "gXYZ"u8), .. Colourant(profile, "bXYZ"u8)]);
        }
        else
        {
            throw new InvalidDataException("it has no table from its colours to those that eyes see");
        }
        IsSrgb = Space != "CMYK" && Same();
    }

    /// <summary>Gets the kind of numbers that it is for: <c>RGB</c>, <c>GRAY</c> or <c>CMYK</c>.</summary>
    public string Space { get; }

    /// <summary>Gets what it calls itself.</summary>
    public string Name { get; }

    /// <summary>Gets whether it is that of sRGB, or so near to it that a conversion would only add noise.</summary>
    public bool IsSrgb { get; }

    /// <summary>Converts pixels of 8 bits in place.</summary>
    /// <param name="pixels">Pixels, of which the first three bytes are red, green and blue.</param>
    /// <param name="size">Bytes per pixel.</param>
    /// <exception cref="InvalidDataException">It is for other pictures.</exception>
    public void Convert(Span<byte> pixels, int size)
    {
        if (Space == "CMYK") throw new InvalidDataException("it is for pictures in CMYK, and this one is in RGB");
        if (Space == "GRAY") ConvertGreys(pixels, size);
        else if (_table is null) ConvertByMatrix(pixels, size);
        else ConvertByTable(pixels, size);
    }

    /// <summary>Converts greys of 16 bits.</summary>
    public ushort[] Convert(ushort[] greys)
    {
        var known = new Dictionary<ushort, ushort>();
        Span<double> device = stackalloc double[3], linear = stackalloc double[3];
        var result = new ushort[greys.Length];
        for (var i = 0; i < greys.Length; i++)
        {
            if (!known.TryGetValue(greys[i], out var converted))
            {
                device.Fill(greys[i] / 65535.0);
                ToLinear(device[..(Space == "GRAY" ? 1 : 3)], linear);
                // Greys stay grey up to rounding: green carries most of the lightness.
                known[greys[i]] = converted = (ushort)Math.Round(65535 * Srgb.Encoded(Srgb.Within(linear[1])));
            }
            result[i] = converted;
        }
        return result;
    }

    /// <summary>Converts a colour of the device to bytes of sRGB.</summary>
    /// <param name="device">Numbers from 0 to 1.</param>
    /// <param name="rgb">Where it goes.</param>
    public void Convert(ReadOnlySpan<double> device, Span<byte> rgb)
    {
        Span<double> linear = stackalloc double[3];
        ToLinear(device, linear);
        for (var c = 0; c < 3; c++) rgb[c] = Srgb.Byte(linear[c]);
    }

    private void ToLinear(ReadOnlySpan<double> device, Span<double> linear)
    {
        Span<double> colour = stackalloc double[3];
        if (_table is not null)
        {
            _table.ToXyz(device, colour);
            Srgb.ToLinear(colour, linear);
        }
        else if (Space == "GRAY")
        {
            colour[0] = Srgb.Within(_curves[0](device[0]));
            if (_greyIsLightness)
            {
                (colour[0], colour[1], colour[2]) = (100 * colour[0], 0, 0);
                ColourTable.FromLab(colour);
                colour[0] = colour[1];
            }
            linear[..3].Fill(colour[0]);
        }
        else
        {
            for (var c = 0; c < 3; c++) colour[c] = Srgb.Within(_curves[c](device[c]));
            for (var c = 0; c < 3; c++)
                linear[c] = (_toLinear[3 * c] * colour[0]) + (_toLinear[(3 * c) + 1] * colour[1]) + (_toLinear[(3 * c) + 2] * colour[2]);
        }
    }

    private void ConvertGreys(Span<byte> pixels, int size)
    {
        Span<byte> rgb = stackalloc byte[3 * 256];
        Span<double> device = stackalloc double[1];
        for (var i = 0; i < 256; i++)
        {
            device[0] = i / 255.0;
            Convert(device, rgb[(3 * i)..]);
        }
        for (var i = 0; i < pixels.Length; i += size)
        {
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2])
                throw new InvalidDataException("it is for grey pictures, and this one has colours");
            rgb.Slice(3 * pixels[i], 3).CopyTo(pixels[i..]);
        }
    }

    private void ConvertByMatrix(Span<byte> pixels, int size)
    {
        // What each value of each channel adds to the three of sRGB.
        var parts = new double[3 * 256 * 3];
        for (var i = 0; i < 3 * 256; i++)
        {
            var (channel, linear) = (i / 256, Srgb.Within(_curves[i / 256](i % 256 / 255.0)));
            for (var c = 0; c < 3; c++) parts[(3 * i) + c] = _toLinear[(3 * c) + channel] * linear;
        }
        for (var i = 0; i < pixels.Length; i += size)
        {
            int r = 3 * pixels[i], g = 3 * (256 + pixels[i + 1]), b = 3 * (512 + pixels[i + 2]);
            for (var c = 0; c < 3; c++) pixels[i + c] = Srgb.Byte(parts[r + c] + parts[g + c] + parts[b + c]);
        }
    }

    private void ConvertByTable(Span<byte> pixels, int size)
    {
        Span<double> device = stackalloc double[3];
        Span<byte> last = stackalloc byte[3], converted = stackalloc byte[3];
        for (var i = 0; i < pixels.Length; i += size)
        {
            var pixel = pixels.Slice(i, 3);
            if (i == 0 || !pixel.SequenceEqual(last))
            {
                pixel.CopyTo(last);
                for (var c = 0; c < 3; c++) device[c] = pixel[c] / 255.0;
                Convert(device, converted);
            }
            converted.CopyTo(pixel);
        }
    }

    // Profiles of sRGB differ in the last digits of their primaries and in how many entries their curves have.
    private bool Same()
    {
        Span<double> device = stackalloc double[3], linear = stackalloc double[3];
        var inputs = Space == "GRAY" ? 1 : 3;
        for (var i = 0; i < 256 + (inputs == 3 ? 9 * 9 * 9 : 0); i++)
        {
            if (i < 256) device.Fill(i / 255.0);
            else (device[0], device[1], device[2]) = ((i - 256) % 9 / 8.0, (i - 256) / 9 % 9 / 8.0, (i - 256) / 81 / 8.0);
            ToLinear(device[..inputs], linear);
            for (var c = 0; c < 3; c++)
                if (Math.Abs(Srgb.Encoded(Srgb.Within(linear[c])) - device[c % inputs]) * 255 > SameColour) return false;
        }
        return true;
    }

    private static Func<double, double> Curve(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> tag) =>
        ToneCurve.Read(Wanted(profile, tag), out _);

    private static double[] Colourant(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> tag)
    {
        var data = Wanted(profile, tag);
        if (data.Length < 20) throw new InvalidDataException("it is damaged");
        return [ToneCurve.Fixed(data[8..]), ToneCurve.Fixed(data[12..]), ToneCurve.Fixed(data[16..])];
    }

    private static ReadOnlySpan<byte> Wanted(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> tag) =>
        Find(profile, tag) is { IsEmpty: false } found ? found
            : throw new InvalidDataException($"it has no '{Encoding.ASCII.GetString(tag)}'");

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> tag)
    {
        var count = BinaryPrimitives.ReadUInt32BigEndian(profile[Header..]);
        for (var at = Header + 4; count > 0 && at <= profile.Length - Tag; count--, at += Tag)
        {
            if (!profile.Slice(at, 4).SequenceEqual(tag)) continue;
            var start = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 4)..]);
            var size = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 8)..]);
            return (ulong)start + size <= (ulong)profile.Length ? profile.Slice((int)start, (int)size)
                : throw new InvalidDataException("it is cut off");
        }
        return [];
    }

    // One text of ASCII (version 2), or texts of several languages of which the first is taken (version 4).
    private static string NameOf(ReadOnlySpan<byte> data)
    {
        if (data.Length < 28) return "";
        if (data[..4].SequenceEqual("desc"u8))
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data[8..]), data.Length - 12);
            return Printable(Encoding.ASCII.GetString(data.Slice(12, length)));
        }
        var (size, at) = (BinaryPrimitives.ReadUInt32BigEndian(data[20..]), BinaryPrimitives.ReadUInt32BigEndian(data[24..]));
        return data[..4].SequenceEqual("mluc"u8) && (ulong)at + size <= (ulong)data.Length
            ? Printable(Encoding.BigEndianUnicode.GetString(data.Slice((int)at, (int)size))) : "";
    }

    private static string Printable(string text) => new([.. text.Where(c => c is >= ' ' and not '\x7F').Take(80)]);

    // The second matrix has its columns one after another.
    private static double[] Product(double[] rows, double[] columns) =>
        [.. Enumerable.Range(0, 9).Select(i => (rows[i / 3 * 3] * columns[i % 3 * 3]) + (rows[(i / 3 * 3) + 1] * columns[(i % 3 * 3) + 1])
            + (rows[(i / 3 * 3) + 2] * columns[(i % 3 * 3) + 2]))];
}
