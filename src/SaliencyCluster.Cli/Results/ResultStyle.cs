using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Cli.Results;

/// <summary>How the files of a result are made.</summary>
/// <param name="HeatMap">How heat maps look.</param>
/// <param name="Signed">Whether evidence against the target has a colour of its own; null asks the method.</param>
/// <param name="Npz">Whether the maps of an image are written as one archive too.</param>
/// <param name="Montage">Whether heat maps are put side by side.</param>
/// <param name="Pictures">Whether heat maps are drawn at all.</param>
internal sealed record ResultStyle(HeatMapOptions HeatMap, bool? Signed = null, bool Npz = false, bool Montage = false, bool Pictures = true)
{
    /// <summary>Gets whether maps are also written pixel by pixel of the original picture.</summary>
    public bool OnPicture { get; init; }

    /// <summary>Gets whether what the model saw is written.</summary>
    public bool ShowInput { get; init; }

    /// <summary>Gets the style without any option given.</summary>
    public static ResultStyle Default { get; } = new(new HeatMapOptions());

    /// <summary>Gets the style with the detection of a result drawn over its map.</summary>
    /// <param name="detection">The detection; null draws none.</param>
    /// <param name="backdrop">The image behind the map; without it a map is drawn as the model sees it, and not every box of the
    /// picture lies there.</param>
    public ResultStyle Marking(Detection? detection, Plane? backdrop) => backdrop is null && detection?.Pixels == Detection.Picture
        ? this
        : this with { HeatMap = HeatMap with { Mark = Mark.Of(detection) } };

    /// <summary>Draws a map; null where it has no rows and columns.</summary>
    public byte[]? Picture(Tensor map, Plane? backdrop, string method, bool colourBar = true) => Pictures && map.Shape.Length is (2 or 3)
        ? Imaging.HeatMaps.HeatMap.Png(map, backdrop, Options(method) with { ColourBar = colourBar })
        : null;

    private HeatMapOptions Options(string method) => Signed is { } signed ? HeatMap with { Signed = signed } : HeatMap.For(method);

    /// <summary>Gets the files of one map, by what follows the method's name. Maps are given channels first, arrays are written in <paramref name="layout"/>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="map">The map.</param>
    /// <param name="errors">Its standard error, where asked.</param>
    /// <param name="layout">How arrays are written.</param>
    /// <param name="backdrop">The image in greys.</param>
    /// <param name="place">Where the picture lies in the model's input; null where the input is the image.</param>
    public IReadOnlyList<(string Extension, byte[] Content)> Files(
        string method, Tensor map, Tensor? errors, ImageLayout layout, Plane? backdrop, PictureGeometry? place = null)
    {
        var files = new List<(string, byte[])> { (".npy", NpyFile.Write(map.ToOwn(layout))) };
        if (Picture(On(backdrop, map, place), backdrop, method) is { } picture) files.Add((".png", picture));
        if (errors is not null) files.Add((".stderr.npy", NpyFile.Write(errors.ToOwn(layout))));
        if (OnPicture && place is not null && map.Shape.Length is 2 or 3)
            files.Add((".picture.npy", NpyFile.Write(PictureMap.Of(map, place, place.PictureHeight, place.PictureWidth).ToOwn(layout))));
        return files;
    }

    /// <summary>Gets a map as it lies on its backdrop: where the picture was cropped or stands in a fill, that is not the whole of
    /// it.</summary>
    public static Tensor On(Plane? backdrop, Tensor map, PictureGeometry? place) =>
        backdrop is null || place is null || place.IsWhole || map.Shape.Length is not (2 or 3) ? map
            : PictureMap.Of(map, place, backdrop.Height, backdrop.Width);
}
