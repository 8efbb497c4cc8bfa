using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging.HeatMaps;

namespace SaliencyCluster.Cli.Results;

/// <summary>Heat maps of one image side by side, the image first.</summary>
internal static class MontageSheet
{
    private const int CellWidth = 220, MaxColumns = 6;

    /// <summary>Draws the sheet; null where no map has rows and columns.</summary>
    public static byte[]? Of(IEnumerable<(string Method, Tensor Map)> maps, string name, SeenPicture? picture, Plane? backdrop, ResultStyle style)
    {
        var cells = new List<(string Caption, byte[] Picture)>();
        foreach (var (method, map) in maps)
            if (style.Picture(map, backdrop, method, colourBar: false) is { } drawn) cells.Add((method, drawn));
        if (cells.Count == 0) return null;
        if (picture is not null) cells.Insert(0, (name, picture.Thumbnail()));
        // As square as it gets, and no row shorter than it must be.
        var columns = Math.Min(MaxColumns, (int)Math.Ceiling(Math.Sqrt(cells.Count * 1.6)));
        var rows = (cells.Count + columns - 1) / columns;
        return Montage.Png(cells, (cells.Count + rows - 1) / rows, CellWidth);
    }
}
