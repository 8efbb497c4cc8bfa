using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Images;

/// <summary>Colour profiles against the pixels that LittleCMS makes of them: tests/references/profiles.py.</summary>
public class ProfileTests
{
    private sealed record References(string Pillow, FormatTests.Reference[] Files);

    public static TheoryData<string> Names => [.. Read().Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Colours_are_those_of_LittleCMS(string name)
    {
        var wanted = Read().Single(f => f.Name == name);
        var picture = PictureDecoder.Decode(wanted.File, name);
        Assert.Equal((wanted.Height, wanted.Width), (picture.Height, picture.Width));
        if (wanted.Grey16 is { } greys)
        {
            // LittleCMS has no part in these: they follow from the definitions in double precision.
            Assert.Equal(greys, picture.Grey16!.Select(v => (int)v));
            return;
        }
        // Decoders of JPEG differ by a level or two, which steep curves enlarge.
        var most = name.Contains("jpeg", StringComparison.Ordinal) ? 4 : 1;
        var rgb = Convert.FromHexString(wanted.Rgb!);
        var differences = rgb.Zip(picture.Rgb, (a, b) => Math.Abs(a - b)).ToList();
        Assert.True(differences.Max() <= most, $"differs by up to {differences.Max()}: {string.Join(' ', differences)}");
        Assert.True(differences.Average() < (most == 1 ? 0.1 : 0.8), $"differs by {differences.Average()} in the mean");
        Assert.Equal(!name.StartsWith("srgb", StringComparison.Ordinal), picture.Profile is not null);
    }

    [Fact]
    public void The_profile_is_named()
    {
        Assert.Equal(("Adobe RGB (1998)", "Display P3", "Inks, 16 bits"), (Profile("adobe-png"), Profile("p3-jpeg"), Profile("cmyk-jpeg")));
        Assert.Null(Profile("srgb-png"));

        static string? Profile(string name) => PictureDecoder.Decode(Read().Single(f => f.Name == name).File, name).Profile;
    }

    [Theory]
    [InlineData("srgb-png")]
    [InlineData("srgb-webp")]
    [InlineData("srgb-tiff")]
    public void A_profile_of_srgb_changes_no_byte(string name)
    {
        var wanted = Read().Single(f => f.Name == name);
        Assert.Equal(Convert.FromHexString(wanted.Rgb!), PictureDecoder.Decode(wanted.File, name).Rgb);
    }

    [Theory]
    [InlineData("adobe-tiff", "it is for pictures in 'HSV'", "RGB ", "HSV ")]
    [InlineData("adobe-tiff", "it has no 'rTRC'", "rTRC", "none")]
    [InlineData("adobe-jpeg", "it is damaged", "acsp", "none")]
    [InlineData("adobe-webp", "it links two devices", "XYZ ", "GRAY")]
    [InlineData("cmyk-8-tiff", "it has no table from its colours to those that eyes see", "A2B0", "none")]
    [InlineData("cmyk-8-tiff", "its table has 4 inputs and 3 outputs", "CMYK", "RGB ")]
    public void A_profile_that_cannot_be_applied_is_refused_with_the_reason(string name, string why, string part, string other)
    {
        var file = Read().Single(f => f.Name == name).File.ToArray();
        Replace(file, part, other);
        var error = Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(file, "photo"));
        Assert.Equal(("SAL2125", $"'photo' has a colour profile that cannot be applied: {why}."), (error.Code, error.What));
    }

    [Fact]
    public void A_profile_for_other_pictures_is_refused()
    {
        var grey = Read().Single(f => f.Name == "grey-tiff").File;
        var coloured = Read().Single(f => f.Name == "adobe-tiff").File;
        Assert.Equal("'photo' has a colour profile that cannot be applied: it is for grey pictures, and this one has colours.",
            Refused(WithProfileOf(coloured, grey)));
        Assert.Equal("'photo' has a colour profile that cannot be applied: it is for pictures in RGB, and this one is in CMYK.",
            Refused(WithProfileOf(Read().Single(f => f.Name == "cmyk-8-tiff").File, coloured)));

        static string Refused(byte[] file) => Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(file, "photo")).What;
    }

    [Theory, MemberData(nameof(Names))]
    public void A_damaged_profile_is_refused_or_applied_and_never_more(string name)
    {
        var file = Read().Single(f => f.Name == name).File;
        // Every byte of the small ones, some of the large ones.
        var step = Math.Max(1, file.Length / 700);
        for (var length = 0; length < file.Length; length += 3 * step) Try(file[..length]);
        for (var i = 0; i < file.Length; i += step) Try([.. file[..i], (byte)(file[i] ^ 0xFF), .. file[(i + 1)..]]);

        void Try(byte[] damaged)
        {
            try
            {
                Assert.NotEmpty(PictureDecoder.Decode(damaged, name).Rgb);
            }
            catch (SaliencyException refused)
            {
                Assert.Contains(refused.Code, (string[])["SAL2120", "SAL2121", "SAL2125"]);
            }
        }
    }

    // The tag of the one file is made to name the other's profile, put behind its end.
    private static byte[] WithProfileOf(byte[] file, byte[] other)
    {
        var profile = Profile(other);
        byte[] both = [.. file, .. profile];
        var tag = Tag(both);
        BitConverter.TryWriteBytes(both.AsSpan(tag + 4), profile.Length);
        BitConverter.TryWriteBytes(both.AsSpan(tag + 8), file.Length);
        return both;

        static byte[] Profile(byte[] file) =>
            file.AsSpan(BitConverter.ToInt32(file, Tag(file) + 8), BitConverter.ToInt32(file, Tag(file) + 4)).ToArray();
    }

    private static int Tag(byte[] tiff)
    {
        var at = BitConverter.ToInt32(tiff, 4) + 2;
        while (BitConverter.ToUInt16(tiff, at) != 34675) at += 12;
        return at;
    }

    private static void Replace(byte[] file, string part, string other)
    {
        var at = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(part));
        System.Text.Encoding.ASCII.GetBytes(other).CopyTo(file, at);
    }

    private static FormatTests.Reference[] Read() => JsonSerializer.Deserialize<References>(
        File.ReadAllBytes(Path.Combine(Repo.Root, "tests", "references", "profiles.json")), JsonSerializerOptions.Web)!.Files;
}
