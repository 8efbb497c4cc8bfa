using System.Globalization;
using SaliencyCluster.Attribution;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Reporting.Drawings;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>
/// Draws what channels answer to: of each image what the strongest place depends on, as the model sees it, dark where the channel
/// is below half of its greatest activation. <c>channel-N.png</c>, and of all of them <c>grid.png</c>.
/// </summary>
internal sealed class UnitSheet(ResultFolder folder, ModelInput input, IReadOnlyList<InputImage> images, ReceptiveField? field)
{
    private const int CellWidth = 128, Grey = 128;
    private const double Lit = 0.5, Dark = 0.3;

    /// <summary>Gets what the page shows of the channels that were drawn.</summary>
    public IReadOnlyList<ShownChannel> Shown { get; private set; } = [];

    /// <summary>Draws channels, and gets those that were drawn: none where images are no pictures.</summary>
    public IReadOnlyList<int> Write(IReadOnlyList<UnitLook> looks)
    {
        if (input.Shape is not [1 or 3 or < 0, _, _])
        {
            Shown = [.. looks.Take(ChannelReport.MostChannels).Select(l => Of(l, l.Best.Select(_ => (PagePicture?)null)))];
            return [.. looks.Select(l => l.Channel)];
        }
        var page = new PagePictures(
            Math.Min(looks.Count, ChannelReport.MostChannels) * Math.Min(looks.Max(l => l.Best.Count), ChannelReport.MostHits));
        var shown = new List<ShownChannel>();
        var cells = new List<(string Caption, byte[] Picture)>();
        var columns = looks.Max(l => l.Best.Count);
        foreach (var look in looks)
        {
            var crops = look.Best.Select(hit => Crop(look, hit)).ToList();
            List<(string Caption, byte[] Picture)> row =
                [.. look.Best.Zip(crops).Select((p, i) => (Caption(look, p.First, i == 0), PictureEncoder.Png(p.Second)))];
            if (shown.Count < ChannelReport.MostChannels) shown.Add(Of(look, crops.Take(ChannelReport.MostHits).Select(page.Of)));
            folder.Write($"channel-{look.Channel}.png", Montage.Png(row, row.Count, CellWidth));
            cells.AddRange(row);
        }
        if (cells.Count > 0) folder.Write("grid.png", Montage.Png(cells, columns, CellWidth));
        Shown = shown;
        return [.. looks.Select(l => l.Channel)];
    }

    private ShownChannel Of(UnitLook look, IEnumerable<PagePicture?> pictures) => new(
        look.Channel, look.Mean, look.Loss, look.LossError,
        [.. look.Best.Zip(pictures).Select(p => new ShownHit(images[p.First.Index].Name, p.First.Value, p.First.Predicted, p.Second))]);

    private string Caption(UnitLook look, UnitHit hit, bool isFirst) =>
        $"{(isFirst ? $"#{look.Channel}  " : "")}{hit.Value.ToString("G3", CultureInfo.InvariantCulture)}  {images[hit.Index].Name}";

    private PixelImage Crop(UnitLook look, UnitHit hit)
    {
        var picture = input.Preprocessing.Undo(images[hit.Index].Prepare());
        var (height, width) = (picture.Height, picture.Width);
        var lit = look.Best[0].Value > 0 ? Darkened(picture, hit.Plane, Lit * look.Best[0].Value) : picture;
        if (field is null) return lit;
        var (top, left) = ((int)Math.Floor(field.Rows.First + (hit.Row * field.Rows.Step)),
            (int)Math.Floor(field.Columns.First + (hit.Column * field.Columns.Step)));
        var (rows, columns) = ((int)Math.Ceiling(field.Rows.Last - field.Rows.First) + 1,
            (int)Math.Ceiling(field.Columns.Last - field.Columns.First) + 1);
        // What a place of a deep layer depends on is larger than the image: then there is nothing to cut out.
        return rows >= height || columns >= width ? lit : lit.Placed(rows, columns, -top, -left, (Grey, Grey, Grey));
    }

    private PixelImage Darkened(PixelImage picture, Tensor plane, double least)
    {
        var rgb = (byte[])picture.Rgb.Clone();
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                if (At(plane, Place(y, picture.Height, plane.Shape[0], field?.Rows), Place(x, picture.Width, plane.Shape[1],
                    field?.Columns)) >= least) continue;
                var at = 3 * ((y * picture.Width) + x);
                for (var colour = at; colour < at + 3; colour++) rgb[colour] = (byte)(Dark * rgb[colour]);
            }
        }
        return picture with { Rgb = rgb };
    }

    // Where on the grid a pixel lies: by the middles of what its places depend on, or spread over the image where that is all of it.
    private static double Place(int pixel, int pixels, int places, FieldAxis? axis) => Math.Clamp(
        axis is { } known ? (pixel - known.Centre(0)) / known.Step : ((pixel + 0.5) * places / pixels) - 0.5, 0, places - 1);

    private static double At(Tensor plane, double row, double column)
    {
        var (r, c, width) = ((int)row, (int)column, plane.Shape[1]);
        var (r1, c1) = (Math.Min(r + 1, plane.Shape[0] - 1), Math.Min(c + 1, width - 1));
        double Mix(int y) =>
            plane.Data[(y * width) + c] + ((column - c) * ((double)plane.Data[(y * width) + c1] - plane.Data[(y * width) + c]));
        return Mix(r) + ((row - r) * (Mix(r1) - Mix(r)));
    }
}
