using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Images;

/// <summary>Resizing against Pillow, torchvision's arithmetic on Pillow's pictures, and OpenCV: tests/references/resizing.py.</summary>
public class ResizingTests
{
    /// <summary>A row of the reference file.</summary>
    public sealed record Case(string Mode, string Interpolation, int[] From, int[] To, int? Short, string Pixels)
    {
        public override string ToString() => $"{Mode} {Interpolation} {From[0]}x{From[1]} to {To[0]}x{To[1]} {Short}";
    }

    private sealed record Reference(string Pillow, string Opencv, Case[] Cases);

    public static TheoryData<string> Names => [.. Read().Select(c => c.ToString())];

    [Theory, MemberData(nameof(Names))]
    public void Pixels_are_those_of_Pillow_and_of_OpenCV_up_to_one_level(string name)
    {
        var wanted = Read().Single(c => c.ToString() == name);
        var policy = new ResizePolicy(ResizeNames.Modes[wanted.Mode], ResizeNames.Interpolations[wanted.Interpolation])
        {
            ShortSide = wanted.Short, Fill = wanted.Mode == "fit" ? ((byte)114, (byte)114, (byte)114) : default,
        }.Checked();
        var picture = Picture(wanted.From[0], wanted.From[1]);
        var made = policy.Apply(picture, policy.Place(picture.Height, picture.Width, wanted.To[0], wanted.To[1]));
        var expected = Convert.FromHexString(wanted.Pixels);
        Assert.Equal((wanted.To[0], wanted.To[1], expected.Length), (made.Height, made.Width, made.Rgb.Length));
        var tolerance = policy.Interpolation == Interpolation.BilinearPlain ? 1 : 0;
        for (var i = 0; i < expected.Length; i++) Assert.InRange(made.Rgb[i], expected[i] - tolerance, expected[i] + tolerance);
    }

    [Fact]
    public void Sixteen_bit_greys_keep_their_precision()
    {
        // Halfway between 1000 and 1001 at half size: 8 bits would say 4 for all three.
        var picture = new PixelImage(1, 4, new byte[12]) { Grey16 = [1000, 1001, 1003, 1005] };
        Assert.Equal([1001, 1004], PixelResizing.To(picture, 1, 2, Interpolation.Box).Grey16!.Select(v => (int)v));
        var input = new Preprocessing(1.0 / 255, [0], [1]).Apply(picture, [1, 1, 4], "x");
        Assert.Equal([1000f / 65535, 1001f / 65535, 1003f / 65535, 1005f / 65535], input.Data);
    }

    [Fact]
    public void Blue_first_swaps_the_channels_and_numbers_stay_the_models()
    {
        var picture = new PixelImage(1, 1, [10, 20, 40]);
        var input = new Preprocessing(1, [1, 2, 3], [1, 2, 4]) { BlueFirst = true }.Apply(picture, [3, 1, 1], "x");
        Assert.Equal([39f, 9f, 1.75f], input.Data); // (40 - 1) / 1, (20 - 2) / 2, (10 - 3) / 4
    }

    [Theory]
    [InlineData(ResizeMode.Stretch, 0.5, 0.25, 0, 0, 0, 100)]
    [InlineData(ResizeMode.Crop, 0.5, 0.5, 0, -50, 0, 100)] // 200x400 becomes 100x200: a quarter is cut off left and right
    [InlineData(ResizeMode.Fit, 0.25, 0.25, 25, 0, 25, 75)]
    public void Geometry_says_where_the_picture_lies(
        ResizeMode mode, double scaleY, double scaleX, double top, double left, int firstRow, int endRow)
    {
        var place = new ResizePolicy(mode).Place(200, 400, 100, 100);
        Assert.Equal((scaleY, scaleX, top, left), (place.ScaleY, place.ScaleX, place.OffsetY, place.OffsetX));
        Assert.Equal((firstRow, 0, endRow, 100), place.Shown);
        Assert.Equal((100.0, 200.0), place.ToPicture(50, 50));
        Assert.Equal((50.0, 50.0), place.ToModel(100, 200));
        Assert.Equal((top, left), place.ToModel(0, 0));
    }

    [Fact]
    public void A_map_comes_back_onto_the_picture_and_what_was_cut_off_is_zero()
    {
        // 2x6 cropped to the middle 2x2.
        var crop = new ResizePolicy(ResizeMode.Crop).Place(2, 6, 2, 2);
        Assert.Equal([0f, 0, 1, 2, 0, 0, 0, 0, 3, 4, 0, 0], PictureMap.Of(new([1, 2, 2], [1, 2, 3, 4]), crop, 2, 6).Data);
        // 2x4 letterboxed into 4x4: one row of fill above and below is no part of the picture.
        var fit = new ResizePolicy(ResizeMode.Fit).Place(2, 4, 4, 4);
        Assert.Equal([5f, 6, 7, 8, 9, 10, 11, 12],
            PictureMap.Of(new([1, 4, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]), fit, 2, 4).Data);
    }

    [Theory]
    [InlineData(ResizeMode.None, 8, 8, "SAL2124")]
    [InlineData(ResizeMode.Crop, 1, 10_000_000, "SAL2124")]
    public void A_picture_that_cannot_get_the_size_is_refused(ResizeMode mode, int height, int width, string code) =>
        Assert.Equal(code, Assert.Throws<SaliencyException>(() => new ResizePolicy(mode).Place(height, width, 224, 224)).Code);

    [Fact]
    public void A_free_model_takes_the_policys_size_and_a_fixed_one_refuses_another()
    {
        var policy = new ResizePolicy(ResizeMode.Fit) { Size = (64, 32) };
        Assert.Equal((64, 32), (policy.Place(10, 10, -1, -1).ModelHeight, policy.Place(10, 10, -1, -1).ModelWidth));
        Assert.Equal("SAL2123", Assert.Throws<SaliencyException>(() => policy.Place(10, 10, 64, 64)).Code);
    }

    [Fact]
    public void A_share_of_the_short_side_is_kept_as_by_timm() =>
        Assert.Equal(256.0 / 300, new ResizePolicy(ResizeMode.Crop) { CropShare = 0.875 }.Place(300, 300, 224, 224).ScaleY);

    private static Case[] Read() => JsonSerializer.Deserialize<Reference>(
        File.ReadAllBytes(Path.Combine(Repo.Root, "tests", "references", "resizing.json")), JsonSerializerOptions.Web)!.Cases;

    private static PixelImage Picture(int height, int width)
    {
        var rgb = new byte[3 * height * width];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (y, x, c) = (i / 3 / width, i / 3 % width, i % 3);
            rgb[i] = (byte)((37 * x) + (91 * y) + (53 * c) + (11 * x * y));
        }
        return new(height, width, rgb);
    }
}
