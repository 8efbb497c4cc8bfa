using System.Text;
using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Images;

/// <summary>Every format against the pixels that Pillow reads: tests/references/pictures.py.</summary>
public class FormatTests
{
    /// <summary>A row of the reference file.</summary>
    public sealed record Reference(string Name, byte[] File, int Height, int Width, string? Rgb, int[]? Grey16);

    private sealed record References(string Pillow, Reference[] Files);

    public static TheoryData<string> Names => [.. Read().Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Pixels_are_those_of_Pillow(string name)
    {
        var wanted = Read().Single(f => f.Name == name);
        var picture = PictureDecoder.Decode(wanted.File, name);
        Assert.Equal((wanted.Height, wanted.Width), (picture.Height, picture.Width));
        if (wanted.Rgb is not null) Assert.Equal(Convert.FromHexString(wanted.Rgb), picture.Rgb);
        Assert.Equal(wanted.Grey16, picture.Grey16?.Select(v => (int)v));
    }

    [Fact]
    public void Pages_of_a_tiff_are_counted_from_one()
    {
        var file = Read().Single(f => f.Name == "tiff-two-pages").File;
        var second = PictureDecoder.Decode(file, "scan", page: 2);
        Assert.Equal((3, 3), (second.Height, second.Width)); // black, 3x3
        Assert.All(second.Rgb, v => Assert.Equal(0, v));
        Assert.Equal("'scan' cannot be read as a picture: it has no page 3.",
            Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(file, "scan", page: 3)).What);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_damaged_file_is_refused_or_read_and_never_more(string name)
    {
        var file = Read().Single(f => f.Name == name).File;
        for (var length = 0; length < file.Length; length += 3) Try(file[..length]);
        for (var i = 0; i < file.Length; i++) Try([.. file[..i], (byte)(file[i] ^ 0xFF), .. file[(i + 1)..]]);

        void Try(byte[] damaged)
        {
            try
            {
                Assert.True(PictureDecoder.MemoryOf(damaged, name) > 0 || damaged.Length == 0);
                Assert.NotEmpty(PictureDecoder.Decode(damaged, name).Rgb);
            }
            catch (SaliencyException refused)
            {
                Assert.Contains(refused.Code, (string[])["SAL2120", "SAL2121"]);
            }
        }
    }

    [Fact]
    public void A_tag_that_says_it_is_longer_than_its_tiff_takes_no_memory()
    {
        var file = Read().First(f => f.File.AsSpan().StartsWith("II*\0"u8)).File;
        var directory = BitConverter.ToInt32(file, 4);
        for (var tag = 0; tag < BitConverter.ToUInt16(file, directory); tag++)
        {
            var damaged = file.ToArray();
            BitConverter.TryWriteBytes(damaged.AsSpan(directory + 2 + (12 * tag) + 4), 1 << 30);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(damaged, "scan"));
            Assert.Equal("'scan' cannot be read as a picture: its TIFF tags say that they are longer than the file.", error.What);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Theory]
    [InlineData("png-palette", 8)]
    [InlineData("png-16", 16)]
    [InlineData("webp", 16)]
    [InlineData("gif", 16)]
    [InlineData("bmp", 16)]
    public void What_decoding_takes_is_known_before(string name, int perPixel)
    {
        var file = Read().Single(f => f.Name == name).File;
        Assert.Equal((perPixel * 5 * 7) + (2 * file.Length), PictureDecoder.MemoryOf(file, name));
    }

    [Fact]
    public void What_decoding_a_tiff_takes_follows_from_its_strips()
    {
        var file = Read().Single(f => f.Name == "tiff-raw").File;
        // Pixels, one strip twice, the file, and what becomes of some dozens of values of tags.
        Assert.InRange(PictureDecoder.MemoryOf(file, "scan") - (8 * 35) - (2 * 3 * 35) - (4 * file.Length), 16 * 8, 16 * 64);
    }

    [Fact]
    public void Tags_of_a_tiff_that_together_are_longer_than_the_file_take_no_memory()
    {
        var file = Read().First(f => f.File.AsSpan().StartsWith("II*\0"u8)).File;
        var directory = BitConverter.ToInt32(file, 4);
        for (var tag = 0; tag < BitConverter.ToUInt16(file, directory); tag++)
        {
            BitConverter.TryWriteBytes(file.AsSpan(directory + 2 + (12 * tag) + 2), (short)1);
            BitConverter.TryWriteBytes(file.AsSpan(directory + 2 + (12 * tag) + 4), file.Length);
        }
        Assert.Equal("SAL2120", Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(file, "scan")).Code);
        Assert.Equal("SAL2120", Assert.Throws<SaliencyException>(() => PictureDecoder.MemoryOf(file, "scan")).Code);
    }

    [Theory]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "it is HEIC, which is not read")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0", "it is AVIF, which is not read")]
    [InlineData("%PDF-1.7 and more", "it is PDF, which is not read")]
    [InlineData("II*\0\u0008\0\0\0", "its TIFF header or first page is damaged")]
    public void What_is_not_read_is_named(string file, string why)
    {
        var error = Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(Encoding.Latin1.GetBytes(file), "photo"));
        Assert.Equal(("SAL2120", $"'photo' cannot be read as a picture: {why}."), (error.Code, error.What));
    }

    private static Reference[] Read() => JsonSerializer.Deserialize<References>(
        File.ReadAllBytes(Path.Combine(Repo.Root, "tests", "references", "pictures.json")), JsonSerializerOptions.Web)!.Files;
}
