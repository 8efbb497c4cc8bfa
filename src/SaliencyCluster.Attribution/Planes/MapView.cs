using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Planes;

/// <summary>The ways in which measures look at a map <c>[C,H,W]</c>.</summary>
public static class MapView
{
    /// <summary>The map's channels one by one.</summary>
    public static Plane[] Channels(Tensor map)
    {
        var (channels, height, width) = SizeOf(map);
        var planes = new Plane[channels];
        for (var c = 0; c < channels; c++)
            planes[c] = new(height, width, Array.ConvertAll(map.Data[(c * height * width)..((c + 1) * height * width)], v => (double)v));
        return planes;
    }

    /// <summary>Sum over channels, signs kept: what PAIR's diverging picture shows.</summary>
    public static Plane Signed(Tensor map) => SumOverChannels(map, v => v);

    /// <summary>Sum over channels of magnitudes: what PAIR's grey picture shows.</summary>
    public static Plane Magnitude(Tensor map) => SumOverChannels(map, Math.Abs);

    /// <summary>Channels scaled together to [0,1] by the map's least and greatest value; a constant map becomes zeros.</summary>
    public static Plane[] Scaled(Tensor map)
    {
        double least = map.Data.Min(), range = map.Data.Max() - least;
        return Array.ConvertAll(Channels(map), p => p.Select(v => range == 0 ? 0 : (v - least) / range));
    }

    /// <summary>The map with negative values set to zero, as Grad-CAM's paper defines its map.</summary>
    public static Tensor Rectified(Tensor map) => new(map.Shape, Array.ConvertAll(map.Data, v => Math.Max(v, 0f)));

    /// <summary>Splits a shape <c>[C,H,W]</c> or <c>[H,W]</c>.</summary>
    public static (int Channels, int Height, int Width) SizeOf(Tensor map) => map.Shape switch
    {
        [var h, var w] => (1, h, w),
        [var c, var h, var w] => (c, h, w),
        _ => throw NotAPicture(map.Shape),
    };

    private static SaliencyException NotAPicture(int[] shape) => new(
        "SAL2701", $"A map of shape [{string.Join(',', shape)}] cannot be measured: measures compare pictures, [C,H,W] or [H,W].",
        "Explain a model whose input is an image.");

    private static Plane SumOverChannels(Tensor map, Func<double, double> of)
    {
        var (channels, height, width) = SizeOf(map);
        var sum = new double[height * width];
        for (var i = 0; i < channels * sum.Length; i++) sum[i % sum.Length] += of(map.Data[i]);
        return new(height, width, sum);
    }
}
