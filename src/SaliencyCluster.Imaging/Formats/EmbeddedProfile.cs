using System.Buffers.Binary;
using System.IO.Compression;
using SaliencyCluster.Imaging.Colours;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>The ICC profiles that JPEG, PNG, WebP and BMP files hold; TIFF files have theirs as a tag.</summary>
internal static class EmbeddedProfile
{
    private const int JpegHeader = 14; // "ICC_PROFILE", 0, number, count

    /// <summary>Reads the profile of a file; null where it has none, or one of sRGB.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="SaliencyException">SAL2125: the profile cannot be used.</exception>
    public static ColourProfile? Of(ReadOnlySpan<byte> file, string source)
    {
        try
        {
            return Read(OfFile(file));
        }
        catch (InvalidDataException unusable)
        {
            throw Unusable(source, unusable);
        }
    }

    /// <summary>Reads a profile; null where there is none, or one of sRGB.</summary>
    /// <exception cref="InvalidDataException">It cannot be used.</exception>
    public static ColourProfile? Read(byte[]? profile)
    {
        if (profile is null) return null;
        return profile.Length > ColourProfile.MaxBytes
            ? throw new InvalidDataException($"it is larger than {ColourProfile.MaxBytes >> 20} MB")
            : new ColourProfile(profile) is { IsSrgb: false } other ? other : null;
    }

    public static SaliencyException Unusable(string source, InvalidDataException why) => new(
        "SAL2125", $"'{source}' has a colour profile that cannot be applied: {why.Message}.",
        "Convert the picture to sRGB, or remove the profile if its numbers are to be taken as sRGB.", why);

    private static byte[]? OfFile(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])) return OfJpeg(file);
        if (file.StartsWith(PngFile.Signature)) return OfPng(file);
        if (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8)) return OfWebp(file);
        return file.StartsWith("BM"u8) ? OfBmp(file) : null;
    }

    // In as many segments as it needs, each numbered from 1.
    private static byte[]? OfJpeg(ReadOnlySpan<byte> file)
    {
        var parts = new SortedDictionary<int, byte[]>();
        var count = 0;
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            // Fill bytes may stand before a marker; behind the start of a scan are pixels.
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (marker is 0xDA or 0xD9) break;
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]), file.Length - at - 2);
            var segment = file.Slice(at + 4, Math.Max(0, length - 2));
            if (marker == 0xE2 && segment.Length >= JpegHeader && segment.StartsWith("ICC_PROFILE\0"u8))
            {
                parts[segment[12]] = segment[JpegHeader..].ToArray();
                count = segment[13];
            }
            at += 2 + length;
        }
        if (parts.Count == 0) return null;
        return parts.Count == count && parts.Keys.First() == 1 && parts.Keys.Last() == count ? [.. parts.Values.SelectMany(p => p)]
            : throw new InvalidDataException($"of its {count} parts {parts.Count} are there");
    }

    private static byte[]? OfPng(ReadOnlySpan<byte> file)
    {
        // It stands before the pixels.
        for (var at = PngFile.Signature.Length; PngFile.Next(file, ref at, out var type, out var data) && !type.SequenceEqual("IDAT"u8);)
            if (type.SequenceEqual("iCCP"u8)) return Unpacked(data);
        return null;
    }

    // A name, 0, the method, and what it packs.
    private static byte[] Unpacked(ReadOnlySpan<byte> data)
    {
        var name = data.IndexOf((byte)0);
        if (name < 0 || data.Length < name + 2) throw new InvalidDataException("it is damaged");
        using var packed = new MemoryStream(data[(name + 2)..].ToArray());
        using var stream = new ZLibStream(packed, CompressionMode.Decompress);
        using var profile = new MemoryStream();
        var piece = new byte[1 << 14];
        // A small file may unpack to any size.
        for (int read; profile.Length <= ColourProfile.MaxBytes && (read = stream.Read(piece)) > 0;) profile.Write(piece, 0, read);
        return profile.ToArray();
    }

    private static byte[]? OfWebp(ReadOnlySpan<byte> file)
    {
        for (var at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8) return null;
            if (file.Slice(at, 4).SequenceEqual("ICCP"u8)) return file.Slice(at + 8, (int)length).ToArray();
            at += 8 + (int)length + ((int)length & 1);
        }
        return null;
    }

    // Version 5 of the header says that one is embedded, and where from the header on.
    private static byte[]? OfBmp(ReadOnlySpan<byte> file)
    {
        const int Start = 14, Length = 124;
        if (file.Length < Start + Length || BinaryPrimitives.ReadUInt32LittleEndian(file[Start..]) < Length) return null;
        if (!file.Slice(Start + 56, 4).SequenceEqual("DEBM"u8)) return null;
        var at = BinaryPrimitives.ReadUInt32LittleEndian(file[(Start + 112)..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(file[(Start + 116)..]);
        return Start + (ulong)at + size <= (ulong)file.Length ? file.Slice(Start + (int)at, (int)size).ToArray()
            : throw new InvalidDataException("it is cut off");
    }
}
