using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging.HeatMaps;

namespace SaliencyCluster.Cli.Results;

/// <summary>Heat maps of one image side by side, the image first.</summary>
internal static class MontageSheet
{
    private const int CellWidth = 220, MostColumns = 6;

    /// <summary>Draws the sheet; null where no map has rows and columns.</summary>
    public static byte[]? Of(IEnumerable<(string Method, Tensor Map)> maps, InputImage? input, Plane? backdrop, ResultStyle style)
    {
        var cells = new List<(string Caption, byte[] Picture)>();
        foreach (var (method, map) in maps)
            if (style.Picture(map, backdrop, method, colourBar: false) is { } picture) cells.Add((method, picture));
        if (cells.Count == 0) return null;
        if (input is { IsPicture: true }) cells.Insert(0, (input.Name, input.Thumbnail()));
        // As square as it gets, and no row shorter than it must be.
        var columns = Math.Min(MostColumns, (int)Math.Ceiling(Math.Sqrt(cells.Count * 1.6)));
        var rows = (cells.Count + columns - 1) / columns;
        return Montage.Png(cells, (cells.Count + rows - 1) / rows, CellWidth);
    }
}
