namespace SaliencyCluster.Attribution.Planes;

/// <summary>Brings the coarse maps of layer methods to the size of the image.</summary>
public static class Resizing
{
    /// <summary>Bilinear interpolation with half-pixel centres; borders repeat. A map of the right size is returned as it is.</summary>
    public static Tensor To(Tensor map, int height, int width)
    {
        var (channels, h, w) = MapView.SizeOf(map);
        if (h == height && w == width) return map;
        var result = Tensor.Zeros(channels, height, width);
        for (var y = 0; y < height; y++)
        {
            var (y0, y1, fy) = Neighbours(y, height, h);
            for (var x = 0; x < width; x++)
            {
                var (x0, x1, fx) = Neighbours(x, width, w);
                for (var c = 0; c < channels; c++)
                {
                    double At(int row, int column) => map.Data[(((c * h) + row) * w) + column];
                    var top = (At(y0, x0) * (1 - fx)) + (At(y0, x1) * fx);
                    var bottom = (At(y1, x0) * (1 - fx)) + (At(y1, x1) * fx);
                    result.Data[(((c * height) + y) * width) + x] = (float)((top * (1 - fy)) + (bottom * fy));
                }
            }
        }
        return result;
    }

    /// <summary>Gets the two elements between which an element of a resized axis lies, and how far it is from the first to the second.</summary>
    public static (int Low, int High, double Fraction) Neighbours(int target, int targetSize, int sourceSize)
    {
        var position = Math.Clamp((((target + 0.5) * sourceSize) / targetSize) - 0.5, 0, sourceSize - 1);
        var low = (int)position;
        return (low, Math.Min(low + 1, sourceSize - 1), position - low);
    }
}
