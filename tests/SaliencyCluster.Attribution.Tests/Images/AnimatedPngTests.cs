using System.Buffers.Binary;
using System.Text;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Attribution.Tests.Images;

public sealed class AnimatedPngTests
{
    private static readonly PixelImage[] Pictures = [.. Enumerable.Range(0, 5).Select(n => Noise(n, 90, 70))];

    [Fact]
    public void A_program_that_knows_no_animations_shows_the_last_picture() =>
        Assert.Equal(Pictures[^1].Rgb, PictureDecoder.Decode(AnimatedPng.Encode(Pictures, 300), "a").Rgb);

    [Fact]
    public void Every_picture_is_in_it_without_loss()
    {
        var file = AnimatedPng.Encode(Pictures, 300);
        var chunks = Chunks(file);
        var header = chunks.Single(c => c.Type == "IHDR").Data;
        Assert.Equal([0, 0, 0, 5, 0, 0, 0, 0], chunks.Single(c => c.Type == "acTL").Data);
        Assert.True(chunks.FindIndex(c => c.Type == "acTL") < chunks.FindIndex(c => c.Type == "IDAT"));
        Assert.Equal("IEND", chunks[^1].Type);
        var numbered = chunks.Where(c => c.Type is "fcTL" or "fdAT").ToList();
        Assert.Equal(Enumerable.Range(0, numbered.Count), numbered.Select(c => BinaryPrimitives.ReadInt32BigEndian(c.Data)));
        var frames = new List<List<byte>>();
        foreach (var (type, data) in numbered)
        {
            if (type == "fcTL") frames.Add([]);
            else frames[^1].AddRange(data[4..]);
        }
        Assert.Equal(Pictures.Select(p => p.Rgb), frames.Select(data => PictureDecoder.Decode(Png(header, [.. data]), "frame").Rgb));
        int[] shown = [.. numbered.Where(c => c.Type == "fcTL").Select(c => (int)BinaryPrimitives.ReadUInt16BigEndian(c.Data.AsSpan(20)))];
        Assert.Equal([300, 300, 300, 300, 1200], shown);
    }

    [Fact]
    public void Pictures_of_different_sizes_are_no_animation() =>
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode([Pictures[0], Noise(9, 70, 90)], 300));

    private static PixelImage Noise(int seed, int height, int width)
    {
        var rgb = new byte[3 * height * width];
        new Random(seed).NextBytes(rgb);
        return new(height, width, rgb);
    }

    private static byte[] Png(byte[] header, byte[] data) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", data), .. Chunk("IEND", [])];

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        var around = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(around, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(around.AsSpan(4), Checksum(named));
        return [.. around[..4], .. named, .. around[4..]];
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var named = file.AsSpan(at + 4, length + 4).ToArray();
            Assert.Equal(Checksum(named), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(named, 0, 4), named[4..]));
            at += length + 12;
        }
        return chunks;
    }

    // CRC-32 by its definition, bit by bit.
    private static uint Checksum(byte[] data)
    {
        var sum = uint.MaxValue;
        foreach (var value in data)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var carries = ((sum ^ (uint)(value >> bit)) & 1) != 0;
                sum = carries ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
            }
        }
        return ~sum;
    }
}
