using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>The order in which a map's pixels change.</summary>
internal static class MapOrder
{
    /// <summary>
    /// Pixels by falling signed attribution, summed over channels: evidence for the class first, evidence against it last. A coarse map
    /// is enlarged to the image's size before.
    /// </summary>
    public static int[] Of(Tensor map, Tensor image)
    {
        var (_, height, width) = MapView.SizeOf(image);
        return PixelOrder.Descending(MapView.Signed(Resizing.To(map, height, width)));
    }
}
