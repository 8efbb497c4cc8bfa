using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging.HeatMaps;
using SkiaSharp;

namespace SaliencyCluster.Attribution.Tests.Images.HeatMaps;

public class HeatMapTests
{
    private static readonly HeatMapOptions Bare = new() { ColourBar = false, MinSide = 1, ClippedPercent = 0 };

    [Fact]
    public void Positive_is_red_negative_is_blue_and_zero_is_white()
    {
        using var picture = SKBitmap.Decode(HeatMap.Png(new Tensor([1, 1, 3], [-2, 0, 2]), null, Bare));
        var (blue, white, red) = (picture.GetPixel(0, 0), picture.GetPixel(1, 0), picture.GetPixel(2, 0));
        Assert.True(blue.Blue > blue.Red + 100, $"{blue}");
        Assert.True(red.Red > red.Blue + 100, $"{red}");
        Assert.True(white is { Red: > 245, Green: > 245, Blue: > 245 }, $"{white}");
    }

    [Fact]
    public void Diverging_colours_are_equally_light_at_equal_magnitude()
    {
        for (var v = 0.0; v <= 1; v += 0.125)
            Assert.Equal(Lightness(ColourMap.Diverging[v]), Lightness(ColourMap.Diverging[-v]), 0.02);
    }

    [Fact]
    public void Lightness_falls_evenly_along_both_maps()
    {
        for (var v = 0.125; v <= 1; v += 0.125)
        {
            Assert.Equal(0.125 * 0.475, Lightness(ColourMap.Diverging[v - 0.125]) - Lightness(ColourMap.Diverging[v]), 0.02);
            Assert.Equal(0.125 * 0.62, Lightness(ColourMap.Sequential[v - 0.125]) - Lightness(ColourMap.Sequential[v]), 0.02);
        }
    }

    [Fact]
    public void Small_pictures_are_enlarged_by_a_whole_factor_without_blur()
    {
        using var picture = SKBitmap.Decode(HeatMap.Png(new Tensor([1, 1, 2], [-1, 1]), null, Bare with { MinSide = 7 }));
        Assert.Equal((8, 4), (picture.Width, picture.Height));
        Assert.Equal(2, Enumerable.Range(0, 8).Select(x => picture.GetPixel(x, 2)).Distinct().Count());
    }

    [Fact]
    public void A_coarse_map_is_drawn_at_the_size_of_its_image()
    {
        using var picture = SKBitmap.Decode(HeatMap.Png(new Tensor([1, 2, 2], [0, 1, 2, 3]), Plane.Of(6, 8, (_, _) => 0.5), Bare));
        Assert.Equal((8, 6), (picture.Width, picture.Height));
    }

    [Fact]
    public void Rows_are_enlarged_as_whole_maps_are()
    {
        var random = new Random(4);
        var plane = Plane.Of(5, 7, (_, _) => random.NextDouble() - 0.5);
        var whole = Resizing.To(new Tensor([1, 5, 7], Array.ConvertAll(plane.Values, v => (float)v)), 13, 17);
        var rows = new EnlargedRows(plane, 13, 17);
        for (var y = 0; y < 13; y++)
            Assert.Equal(whole.Data[(y * 17)..((y + 1) * 17)], Array.ConvertAll(rows.At(y).ToArray(), v => (float)v), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_photo_is_drawn_no_larger_than_a_screen() =>
        Assert.Equal((1536, 2048), Backdrop.Shrunk(new(3000, 4000, new byte[3 * 3000 * 4000])) is var plane
            ? (plane.Height, plane.Width) : default);

    [Fact]
    public void Only_pictures_that_are_large_enough_have_a_colour_bar()
    {
        var map = new Tensor([1, 95, 95], new float[95 * 95]);
        using var small = SKBitmap.Decode(HeatMap.Png(map, null, new HeatMapOptions { MinSide = 1 }));
        using var large = SKBitmap.Decode(HeatMap.Png(map, null, new HeatMapOptions { MinSide = 96 }));
        Assert.Equal(95, small.Width);
        Assert.True(large.Width > 190 + 20, $"{large.Width}");
    }

    [Fact]
    public void A_strong_value_covers_the_image_and_a_weak_one_lets_it_through()
    {
        var backdrop = Plane.Of(1, 2, (_, _) => 0);
        using var picture = SKBitmap.Decode(HeatMap.Png(new Tensor([1, 1, 2], [0, 1]), backdrop, Bare with { Opacity = 1 }));
        var (r, g, b) = ColourMap.Diverging[1];
        Assert.Equal(new SKColor(r, g, b), picture.GetPixel(1, 0));
        Assert.True(picture.GetPixel(0, 0).Red < 100);
    }

    private static double Lightness((byte R, byte G, byte B) c)
    {
        double Linear(byte v) => v / 255.0 <= 0.04045 ? v / 255.0 / 12.92 : Math.Pow((v / 255.0 + 0.055) / 1.055, 2.4);
        var (r, g, b) = (Linear(c.R), Linear(c.G), Linear(c.B));
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
    }
}
