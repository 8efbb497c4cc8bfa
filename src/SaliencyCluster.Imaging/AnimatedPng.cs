using System.Buffers.Binary;
using System.Text;
using SaliencyCluster.Imaging.Formats;

namespace SaliencyCluster.Imaging;

/// <summary>Pictures one after another as one PNG file (APNG, https://www.w3.org/TR/png-3/), without loss. A program that knows
/// nothing of animations shows the last picture.</summary>
public static class AnimatedPng
{
    private const ushort PerSecond = 1000;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Shifted((uint)i, 8))];

    /// <summary>Encodes an animation that repeats for ever.</summary>
    /// <param name="pictures">The pictures, all of one size, at least one.</param>
    /// <param name="milliseconds">How long each is shown, up to 65535; the last one four times as long.</param>
    public static byte[] Encode(IReadOnlyList<PixelImage> pictures, int milliseconds)
    {
        if (pictures.Any(p => (p.Height, p.Width) != (pictures[0].Height, pictures[0].Width)))
            throw new ArgumentException("The pictures of an animation are of different sizes.", nameof(pictures));
        using var file = new MemoryStream();
        var frames = pictures.Select(PictureEncoder.Png).ToList();
        uint sequence = 0;
        var still = frames[^1];
        file.Write(PngFile.Signature);
        foreach (var (type, data) in Chunks(still))
        {
            if (type is "IEND") continue;
            Write(file, type, data);
            // Before the data: what follows it is no frame of the animation.
            if (type is "IHDR") Write(file, "acTL", Numbers((uint)frames.Count, 0));
        }
        foreach (var (number, frame) in frames.Index())
        {
            var shown = (ushort)Math.Min(ushort.MaxValue, number == frames.Count - 1 ? 4 * milliseconds : milliseconds);
            var control = new byte[26];
            Numbers(sequence++, (uint)pictures[number].Width, (uint)pictures[number].Height, 0, 0).CopyTo(control, 0);
            BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(20), shown);
            BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(22), PerSecond);
            Write(file, "fcTL", control);
            foreach (var (_, data) in Chunks(frame).Where(c => c.Type is "IDAT"))
                Write(file, "fdAT", [.. Numbers(sequence++), .. data]);
        }
        Write(file, "IEND", []);
        return file.ToArray();
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = PngFile.Signature.Length; PngFile.Next(file, ref at, out var type, out var data);)
            chunks.Add((Encoding.ASCII.GetString(type), data.ToArray()));
        return chunks;
    }

    private static byte[] Numbers(params ReadOnlySpan<uint> numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        return bytes;
    }

    private static void Write(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(Numbers((uint)data.Length));
        file.Write(checkedPart);
        file.Write(Numbers(checkedPart.Aggregate(uint.MaxValue, (sum, b) => Table[(byte)(sum ^ b)] ^ (sum >> 8)) ^ uint.MaxValue));
    }

    // The checksum of PNG: CRC-32, reflected.
    private static uint Shifted(uint value, int bits) =>
        bits == 0 ? value : Shifted((value & 1) == 0 ? value >> 1 : 0xEDB88320 ^ (value >> 1), bits - 1);
}
