using SaliencyCluster.Imaging.HeatMaps;
using SkiaSharp;

namespace SaliencyCluster.Attribution.Tests.Images.HeatMaps;

public class MontageTests
{
    [Fact]
    public void Pictures_stand_in_rows_with_room_for_captions()
    {
        var cell = HeatMap.Png(new Tensor([1, 1, 1], [1]), null, new HeatMapOptions { MinSide = 60, ColourBar = false });
        using var sheet = SKBitmap.Decode(Montage.Png([("a", cell), ("b", cell), ("a caption that is far too long for its cell", cell)], columns: 2, cellWidth: 60));
        Assert.Equal(12 + 2 * (60 + 12), sheet.Width);
        Assert.True(sheet.Height > 12 + 2 * (60 + 12) + 2 * 11, $"{sheet.Height}");
    }

    [Fact]
    public void Captions_are_written_without_any_font_installed()
    {
        var cell = HeatMap.Png(new Tensor([1, 1, 1], [0]), null, new HeatMapOptions { MinSide = 60, ColourBar = false });
        using var with = SKBitmap.Decode(Montage.Png([("saliency", cell)], 1, 60));
        var dark = Enumerable.Range(0, with.Width * with.Height).Count(i => with.GetPixel(i % with.Width, i / with.Width).Red < 128);
        Assert.True(dark > 20, $"{dark} dark pixels");
    }
}
