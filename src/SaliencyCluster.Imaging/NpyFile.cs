using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SaliencyCluster.Attribution;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging;

/// <summary>Reads and writes NumPy's <c>.npy</c> files (versions 1 to 3, C order, little-endian).</summary>
public static partial class NpyFile
{
    private const long MaxElements = 1L << 30;
    private const int LongestHeader = 1 << 16;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a float32 tensor; uint8 and float64 elements are converted.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <exception cref="SaliencyException">SAL2110: it is no such file; says why.</exception>
    public static Tensor Read(ReadOnlySpan<byte> bytes, string source)
    {
        var (header, start) = HeaderOf(bytes, source);
        var shape = ShapeOf(header, source);
        var count = shape.Aggregate(1L, (n, d) => checked(n * d));
        return new Tensor(shape, Elements(header, bytes[start..], count, source));
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="SaliencyException">SAL2110: it is no such file; says why.</exception>
    public static Tensor ReadFile(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>Reads numbers of things, such as of segments: as <see cref="Read"/>, and integers too.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <exception cref="SaliencyException">SAL2110: it is no such file; says why.</exception>
    public static Tensor ReadNumbers(ReadOnlySpan<byte> bytes, string source)
    {
        var (header, start) = HeaderOf(bytes, source);
        var type = TypePattern().Match(header).Groups[1].Value;
        if (type is not ("|i1" or "<i2" or "<u2" or "<i4" or "<u4" or "<i8" or "<u8")) return Read(bytes, source);
        var (shape, size) = (ShapeOf(header, source), type[2] - '0');
        var data = bytes[start..];
        // Before memory is taken for them: a small file may claim to be huge.
        var count = shape.Aggregate(1L, (n, d) => n * d);
        if (data.Length != count * size) throw Bad(source, $"it has {data.Length} bytes of data where its shape needs {count * size}");
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            var element = data.Slice(i * size, size);
            values[i] = type switch
            {
                "|i1" => (sbyte)element[0],
                "<i2" => BitConverter.ToInt16(element),
                "<u2" => BitConverter.ToUInt16(element),
                "<i4" => BitConverter.ToInt32(element),
                "<u4" => BitConverter.ToUInt32(element),
                "<i8" => BitConverter.ToInt64(element),
                _ => BitConverter.ToUInt64(element),
            };
        }
        return new Tensor(shape, values);
    }

    /// <summary>Reads the shape of a file and nothing else of it.</summary>
    /// <exception cref="SaliencyException">SAL2110: it is no such file; says why.</exception>
    public static int[] ReadShape(string path) => ShapeOf(ReadHeader(path), path);

    /// <summary>Reads whether the elements of a file are of uint8.</summary>
    /// <exception cref="SaliencyException">SAL2110: it is no such file; says why.</exception>
    public static bool HoldsBytes(string path) => TypePattern().Match(ReadHeader(path)).Groups[1].Value == "|u1";

    private static string ReadHeader(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[LongestHeader];
        return HeaderOf(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), path).Text;
    }

    /// <summary>Reads the header of a file of float32 elements and leaves the stream at the first of them.</summary>
    /// <param name="file">The file, at its start.</param>
    /// <param name="source">Its origin, for messages.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="SaliencyException">SAL2110: it is no such file; says why.</exception>
    public static async Task<int[]> ReadShapeAsync(Stream file, string source, CancellationToken cancellation)
    {
        const int Fixed = 12;
        var start = new byte[Fixed];
        var isWhole = await file.ReadAtLeastAsync(start, Fixed, throwOnEndOfStream: false, cancellation) == Fixed;
        var end = start[6] >= 2 ? Fixed + BitConverter.ToUInt32(start, 8) : 10L + BitConverter.ToUInt16(start, 8);
        if (!isWhole || end is < Fixed or > LongestHeader) throw Bad(source, "its header is cut off or longer than 64 KiB");
        var bytes = new byte[end];
        start.CopyTo(bytes, 0);
        if (await file.ReadAtLeastAsync(bytes.AsMemory(Fixed), bytes.Length - Fixed, throwOnEndOfStream: false, cancellation) < bytes.Length - Fixed)
            throw Bad(source, "its header is cut off");
        var header = HeaderOf(bytes, source).Text;
        return TypePattern().Match(header).Groups[1].Value == "<f4" ? ShapeOf(header, source) : throw Bad(source, "its elements are not float32");
    }

    private static (string Text, int End) HeaderOf(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length < 12 || !bytes[..6].SequenceEqual(Magic)) throw Bad(source, "it does not start with NumPy's magic bytes");
        var wide = bytes[6] >= 2;
        var length = wide ? BitConverter.ToUInt32(bytes[8..]) : BitConverter.ToUInt16(bytes[8..]);
        var start = wide ? 12 : 10;
        if (length > bytes.Length - start) throw Bad(source, "its header is cut off");
        return (Encoding.UTF8.GetString(bytes.Slice(start, (int)length)), start + (int)length);
    }

    /// <summary>Gets a tensor as a version 1 file of float32 elements.</summary>
    public static byte[] Write(Tensor tensor)
    {
        var shape = string.Join(", ", tensor.Shape) + (tensor.Shape.Length == 1 ? "," : "");
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";
        // The header is padded with spaces so that the data starts at a multiple of 64 bytes.
        var total = (10 + header.Length + 1 + 63) / 64 * 64;
        var file = new byte[total + tensor.Data.Length * sizeof(float)];
        Magic.CopyTo(file, 0);
        file[6] = 1;
        BitConverter.TryWriteBytes(file.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(header.PadRight(total - 11) + "\n").CopyTo(file, 10);
        MemoryMarshal.AsBytes<float>(tensor.Data).CopyTo(file.AsSpan(total));
        return file;
    }

    private static int[] ShapeOf(string header, string source)
    {
        if (FortranPattern().IsMatch(header)) throw Bad(source, "it is in Fortran order; save it with numpy.ascontiguousarray");
        var match = ShapePattern().Match(header);
        if (!match.Success) throw Bad(source, "its header has no shape");
        var parts = match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var elements = 1L;
        var shape = new int[parts.Length];
        for (var d = 0; d < parts.Length; d++)
        {
            if (!int.TryParse(parts[d], NumberStyles.None, CultureInfo.InvariantCulture, out shape[d])) throw Bad(source, $"its shape ({match.Groups[1].Value}) is not readable");
            elements *= shape[d];
            if (elements > MaxElements) throw Bad(source, $"its shape ({match.Groups[1].Value}) has more than {MaxElements} elements");
        }
        return shape;
    }

    private static float[] Elements(string header, ReadOnlySpan<byte> data, long count, string source)
    {
        var type = TypePattern().Match(header).Groups[1].Value;
        var size = type switch { "<f4" => 4, "<f8" => 8, "|u1" => 1, _ => throw Bad(source, $"its element type is '{type}'; float32 ('<f4'), float64 ('<f8') and uint8 ('|u1') can be read") };
        if (data.Length != count * size) throw Bad(source, $"it has {data.Length} bytes of data where its shape needs {count * size}");
        var values = new float[count];
        switch (size)
        {
            case 4: data.CopyTo(MemoryMarshal.AsBytes(values.AsSpan())); break;
            case 8: for (var i = 0; i < values.Length; i++) values[i] = (float)BitConverter.ToDouble(data[(i * 8)..]); break;
            default: for (var i = 0; i < values.Length; i++) values[i] = data[i]; break;
        }
        return values;
    }

    private static SaliencyException Bad(string source, string why) => new(
        "SAL2110", $"'{source}' cannot be read as .npy: {why}.", "Save it with numpy.save as float32 in C order.");

    [GeneratedRegex(@"'fortran_order':\s*True")]
    private static partial Regex FortranPattern();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex TypePattern();
}
