using System.Text;

namespace SaliencyCluster.Imaging.Formats;

/// <summary>What is read, and names for what is not: a file is known by its first bytes, whatever it is called.</summary>
public static class KnownFormats
{
    /// <summary>The formats that are read, in words.</summary>
    public const string Words = "PNG, JPEG, WebP, GIF (first frame), BMP or TIFF (first page)";

    /// <summary>Gets the endings of their files.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"];

    /// <summary>Gets the name of a format that is not read; null where it is none that is known.</summary>
    internal static string? Unread(ReadOnlySpan<byte> file)
    {
        if (file.Length > 12 && file[4..8].SequenceEqual("ftyp"u8))
        {
            return Encoding.ASCII.GetString(file[8..12]) switch
            {
                "avif" or "avis" => "AVIF",
                "heic" or "heix" or "hevc" or "hevx" or "heim" or "heis" or "mif1" or "msf1" => "HEIC",
                _ => "an MPEG-4 container",
            };
        }
        if (file.StartsWith("%PDF"u8)) return "PDF";
        if (file.Length > 132 && file[128..132].SequenceEqual("DICM"u8)) return "DICOM";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || (file.Length > 8 && file[4..8].SequenceEqual("JXL "u8))) return "JPEG XL";
        if (file.Length > 8 && file[4..8].SequenceEqual("jP  "u8)) return "JPEG 2000";
        if (file.StartsWith("<svg"u8) || file.StartsWith("<?xml"u8)) return "SVG or other XML";
        return file.StartsWith("8BPS"u8) ? "Photoshop" : null;
    }
}
