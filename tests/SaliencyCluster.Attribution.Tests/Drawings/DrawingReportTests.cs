using SaliencyCluster.Imaging;
using SaliencyCluster.Reporting.Drawings;

namespace SaliencyCluster.Attribution.Tests.Drawings;

public sealed class DrawingReportTests
{
    [Theory]
    [InlineData(13, 512)]
    [InlineData(600, 224)]
    public void Pictures_of_noise_stay_below_three_megabytes_together(int count, int side)
    {
        var pictures = new PagePictures(count);
        var longest = Enumerable.Range(0, 3).Max(seed => pictures.Of(Noise(seed, side)).Address.Length);
        Assert.InRange((long)longest * count, 1, 2_700_000);
    }

    [Fact]
    public void A_small_picture_is_in_the_page_as_it_is()
    {
        var picture = Noise(3, 28);
        var address = new PagePictures(100).Of(picture).Address;
        Assert.StartsWith("data:image/png;base64,", address, StringComparison.Ordinal);
        Assert.Equal(picture.Rgb, PictureDecoder.Decode(Convert.FromBase64String(address[22..]), "a").Rgb);
    }

    [Theory]
    [InlineData(1, 0.01, false, "ended at nearly the same picture")]
    [InlineData(80, 0.02, true, "what differs between them is what it has lost")]
    [InlineData(80, 0.02, false, "nearly the same to the layer")]
    [InlineData(80, 0.5, false, "differ to the layer too")]
    public void Distances_are_told_in_words(double pixels, double features, bool inverts, string words) =>
        Assert.Contains(words, DistanceTables.Words([[0, pixels], [pixels, 0]], [[0, features], [features, 0]], "l", inverts),
            StringComparison.Ordinal);

    [Fact]
    public void Where_the_layer_is_not_known_pixels_alone_are_told() =>
        Assert.EndsWith(
            ": the picture is not unique.", DistanceTables.Words([[0, 60], [60, 0]], null, null, false), StringComparison.Ordinal);

    [Fact]
    public void The_page_has_a_slider_for_each_unit_and_loads_nothing()
    {
        var page = DrawingReport.Write(new("m", false, [Unit("<b>one</b>"), Unit("two")]), "saliency visualize");
        Assert.Equal(2, page.Split("<input type=\"range\"").Length - 1);
        Assert.Contains("data-steps=\"0,5,10\"", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;one", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>one", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("The model calls 1 of 2 saved pictures two, with at least 99.99 %", page, StringComparison.Ordinal);
        Assert.Contains("by 2.00 % to 4.00 %", DrawingReport.Write(new("m", true, [Unit("layer")]), ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_shows_its_images_and_what_a_class_loses()
    {
        var hit = new ShownHit("snow & ice", 3.5, "polar bear", new PagePictures(1).Of(Noise(1, 8)));
        var page = ChannelReport.Write(
            new("m", "layer", 96, 8, "polar bear", "a place sees 5 x 5 pixels", [new(7, 1.5, 0.4, 0.1, [hit])]), "");
        Assert.Contains("polar bear loses 0.4 &#177; 0.1 without it", page, StringComparison.Ordinal);
        Assert.Contains("3.5: snow &amp; ice", page, StringComparison.Ordinal);
        Assert.Contains("1 of 96 channels", page, StringComparison.Ordinal);
    }

    private static DrawnUnit Unit(string name) => new(
        name, "1", "2 x 10 steps", new Dictionary<string, object?> { ["ascent"] = "rate=0.1,tv=2" },
        [Restart(1, 0.02, 1), Restart(2, 0.04, 2)])
    {
        Wanted = 1, PixelDistances = [[0, 50], [50, 0]], FeatureDistances = [[0, 0.3], [0.3, 0]], FeatureLayer = "last",
    };

    private static DrawnRestart Restart(int number, double saved, int found)
    {
        var picture = new PagePictures(10).Of(Noise(number, 8));
        return new(
            number, picture, [.. ((int[])[0, 5, 10]).Select(step => new DrawnFrame(step, step, picture))],
            [.. Enumerable.Range(0, 10).Select(i => (double)i)])
        {
            SavedValue = saved, Class = found, Probability = 0.99999,
        };
    }

    private static PixelImage Noise(int seed, int side)
    {
        var rgb = new byte[3 * side * side];
        new Random(seed).NextBytes(rgb);
        return new(side, side, rgb);
    }
}
