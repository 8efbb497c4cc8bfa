using System.Buffers.Binary;
using System.IO.Compression;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.TestKit.Fuzzing;
using SkiaSharp;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Pictures: cut off and changed files of each format, sizes that are lies, bombs.</summary>
internal static class PictureInputs
{
    private const int Changes = 8, Cuts = 4;

    public static IEnumerable<HostileInput> All =>
    [
        .. from format in Formats
           from i in Enumerable.Range(0, Changes)
           select Of($"{format.Name} with bytes changed, {i}", () => ByteMutation.Apply(format.Make(), new Random(i))),
        .. from format in Formats
           from i in Enumerable.Range(1, Cuts)
           select Of($"{format.Name} cut off at {i} of {Cuts + 1}", () => format.Make() is var file
               ? file[..(file.Length * i / (Cuts + 1))] : []),
        Of("PNG of 65535x65535", () => Png(65_535, 65_535, 100)),
        Of("PNG of 2^31-1 squared", () => Png(int.MaxValue, int.MaxValue, 100)),
        Of("PNG of 0x0", () => Png(0, 0, 100)),
        Of("PNG whose pixels are 500 MB", () => Png(28, 28, 500_000_000)),
        Of("PNG of 20000x20000 that is all there", () => Png(20_000, 20_000, 400_020_000)),
        Of("PNG of 300,000 chunks", () =>
            [.. Head(28, 28), .. Enumerable.Repeat(Chunk("tEXt", []), 300_000).SelectMany(c => c), .. End(100)]),
        Of("PNG with a profile of 300 MB", () =>
            [.. Head(28, 28), .. Chunk("iCCP", [(byte)'p', 0, 0, .. Zlib(300_000_000)]), .. End(100)]),
        Of("PNG with a text of 300 MB", () => [.. Head(28, 28), .. Chunk("zTXt", [(byte)'p', 0, 0, .. Zlib(300_000_000)]), .. End(100)]),
        Of("GIF of 65535x65535", () =>
            [.. "GIF89a"u8, 255, 255, 255, 255, 0, 0, 0, 0x2c, 0, 0, 0, 0, 255, 255, 255, 255, 0, 2, 1, 0x4c, 0, 0x3b]),
        Of("BMP of -2^31 lines", () => Bmp(28, int.MinValue)),
        Of("BMP of 30000x30000", () => Bmp(30_000, 30_000)),
        Of("TIFF whose directory follows itself", () => [.. "II"u8, 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0]),
        Of("TIFF whose directory has 65535 entries", () => [.. "II"u8, 42, 0, 8, 0, 0, 0, 255, 255, 0, 0]),
        Of("JPEG of 65535x65535", () => [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 255, 255, 255, 255, 1, 1, 0x11, 0, 0xff, 0xd9]),
        Of("WebP of 16384x16384", () =>
            [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2f, 255, 255, 255, 255, 0, 0, 0, 0, 0]),
        Of("SVG", () => [.. "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"u8]),
        Of("a model", () => FuzzTarget.Corpus[0]),
        Of("20 MB of nothing", () => new byte[20_000_000]),
    ];

    private static readonly (string Name, Func<byte[]> Make)[] Formats =
    [
        ("PNG", () => File.ReadAllBytes(Digits.PicturePath(3))),
        ("JPEG", () => Encoded(SKEncodedImageFormat.Jpeg)),
        ("WebP", () => Encoded(SKEncodedImageFormat.Webp)),
        ("BMP", () => Bmp(28, 28)),
    ];

    private static HostileInput Of(string name, Func<byte[]> file) => new("pictures", name, to =>
        to.Client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, ImageInput.FromEncoded("x", file()), to.Cancellation));

    private static byte[] Encoded(SKEncodedImageFormat format)
    {
        using var picture = SKBitmap.Decode(Digits.PicturePath(3));
        using var data = picture.Encode(format, 90);
        return data.ToArray();
    }

    private static byte[] Bmp(int width, int height)
    {
        var bytes = new byte[54 + (width == 28 && height == 28 ? 28 * 28 * 3 : 0)];
        "BM"u8.CopyTo(bytes);
        foreach (var (at, value) in (ReadOnlySpan<(int, int)>)[(2, bytes.Length), (10, 54), (14, 40), (18, width), (22, height),
            (26, 1 | 24 << 16)])
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        return bytes;
    }

    private static byte[] Png(int width, int height, int bytes) => [.. Head(width, height), .. End(bytes)];

    private static byte[] Head(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return [0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', .. Chunk("IHDR", header)];
    }

    private static byte[] End(int bytes) => [.. Chunk("IDAT", Zlib(bytes)), .. Chunk("IEND", [])];

    private static byte[] Zlib(int bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var left = bytes; left > 0; left -= zeros.Length) zlib.Write(zeros, 0, Math.Min(left, zeros.Length));
        }
        return packed.ToArray();
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        var chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        System.Text.Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        content.CopyTo(chunk, 8);
        var crc = uint.MaxValue;
        foreach (var b in chunk.AsSpan(4, 4 + content.Length))
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
        }
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), ~crc);
        return chunk;
    }
}
