using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Imaging;
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
    /// <summary>Gets the style without any option given.</summary>
    public static ResultStyle Default { get; } = new(new HeatMapOptions());

    /// <summary>Draws a map; null where it has no rows and columns.</summary>
    public byte[]? Picture(Tensor map, Plane? backdrop, string method, bool colourBar = true) => Pictures && map.Shape.Length is (2 or 3)
        ? Imaging.HeatMaps.HeatMap.Png(map, backdrop, Options(method) with { ColourBar = colourBar })
        : null;

    private HeatMapOptions Options(string method) => Signed is { } signed ? HeatMap with { Signed = signed } : HeatMap.For(method);

    /// <summary>Gets the files of one map, by what follows the method's name. Maps are given channels first, arrays are written in <paramref name="layout"/>.</summary>
    public IReadOnlyList<(string Extension, byte[] Content)> Files(string method, Tensor map, Tensor? errors, ImageLayout layout, Plane? backdrop)
    {
        var files = new List<(string, byte[])> { (".npy", NpyFile.Write(map.ToOwn(layout))) };
        if (Picture(map, backdrop, method) is { } picture) files.Add((".png", picture));
        if (errors is not null) files.Add((".stderr.npy", NpyFile.Write(errors.ToOwn(layout))));
        return files;
    }
}
