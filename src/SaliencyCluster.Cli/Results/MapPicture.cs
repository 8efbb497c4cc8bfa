using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Evidence.Maps;
using SaliencyCluster.Attribution.Images.HeatMaps;
using SaliencyCluster.Attribution.Methods;

namespace SaliencyCluster.Cli.Results;

/// <summary>Draws maps as the result folder has them.</summary>
internal static class MapPicture
{
    /// <summary>Draws a map; null where it has no rows and columns.</summary>
    public static byte[]? Png(Tensor map, Plane? backdrop, string method) =>
        map.Shape.Length is 2 or 3 ? HeatMap.Png(map, backdrop, new HeatMapOptions { Signed = IsSigned(method) }) : null;

    /// <summary>Gets whether negative values of a method mean evidence against the target.</summary>
    public static bool IsSigned(string method) => MethodCatalog.Find(method)?.Description.Signed ?? true;
}
