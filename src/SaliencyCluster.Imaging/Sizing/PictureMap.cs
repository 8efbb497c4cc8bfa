using SaliencyCluster.Attribution;

namespace SaliencyCluster.Imaging.Sizing;

/// <summary>Maps of a model's input, brought back onto the picture that it was made from.</summary>
public static class PictureMap
{
    /// <summary>
    /// Gets a map at a size of the picture: at each pixel's centre the map is read bilinearly where the geometry says that the pixel went.
    /// What was cut off is 0: the score does not depend on it.
    /// </summary>
    /// <param name="map">The map <c>[C,h,w]</c> or <c>[h,w]</c>; h and w may be coarser than the model's input.</param>
    /// <param name="place">Where the picture lies in the model's input.</param>
    /// <param name="height">Rows to make: the picture's, or fewer to draw.</param>
    /// <param name="width">Columns to make.</param>
    public static Tensor Of(Tensor map, PictureGeometry place, int height, int width)
    {
        var (rows, columns) = (map.Shape[^2], map.Shape[^1]);
        var planes = map.Data.Length / (rows * columns);
        var down = Lines(height, place.PictureHeight, place.ScaleY, place.OffsetY, place.ModelHeight, rows);
        var across = Lines(width, place.PictureWidth, place.ScaleX, place.OffsetX, place.ModelWidth, columns);
        var result = new float[planes * height * width];
        for (var p = 0; p < planes; p++)
        {
            var plane = map.Data.AsSpan(p * rows * columns, rows * columns);
            for (var y = 0; y < height; y++)
            {
                if (down[y] is not var (top, bottom, lower)) continue;
                for (var x = 0; x < width; x++)
                {
                    if (across[x] is not var (left, right, part)) continue;
                    var above = (plane[(top * columns) + left] * (1 - part)) + (plane[(top * columns) + right] * part);
                    var below = (plane[(bottom * columns) + left] * (1 - part)) + (plane[(bottom * columns) + right] * part);
                    result[(((p * height) + y) * width) + x] = (float)((above * (1 - lower)) + (below * lower));
                }
            }
        }
        return new([.. map.Shape[..^2], height, width], result);
    }

    // The two lines of the map around each target line and the second one's share; null where the model does not see it.
    private static (int Low, int High, double Share)?[] Lines(int count, int picture, double scale, double offset, int model, int map)
    {
        var lines = new (int, int, double)?[count];
        for (var i = 0; i < count; i++)
        {
            var at = ((i + 0.5) * picture / count * scale) + offset;
            if (at < 0 || at > model) continue;
            var position = Math.Clamp((at * map / model) - 0.5, 0, map - 1);
            var low = (int)position;
            lines[i] = (low, Math.Min(low + 1, map - 1), position - low);
        }
        return lines;
    }
}
