using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>Makes the maps of controls.</summary>
internal static class ControlMaps
{
    public static Tensor Of(ControlKind kind, MapKey key, EvaluatedImage image, Tensor pixels) => kind switch
    {
        ControlKind.Sobel => ToMap(SobelEdges.OfImage(pixels)),
        ControlKind.Canny => ToMap(CannyEdges.OfImage(pixels)),
        ControlKind.Random => Random(pixels, new RandomStream(0, EvaluationStream.RandomMap, image.Index, key.Word)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static Tensor Random(Tensor pixels, RandomStream random)
    {
        var (_, height, width) = MapView.SizeOf(pixels);
        return ToMap(Plane.Of(height, width, (_, _) => random.NextUniform()));
    }

    private static Tensor ToMap(Plane plane) => new([1, plane.Height, plane.Width], Array.ConvertAll(plane.Values, v => (float)v));
}
