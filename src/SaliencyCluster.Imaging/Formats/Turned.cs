namespace SaliencyCluster.Imaging.Formats;

/// <summary>Turns pixels upright. Orientations are those of EXIF and TIFF: 1 as stored, 2 mirrored, 3 by 180 degrees, 4 flipped, 5 to 8
/// with rows and columns swapped.</summary>
internal static class Turned
{
    /// <summary>Copies pixels to where they belong.</summary>
    /// <param name="pixels">Values of pixels, rows first.</param>
    /// <param name="height">Rows as stored.</param>
    /// <param name="width">Columns as stored.</param>
    /// <param name="values">Values per pixel.</param>
    /// <param name="orientation">From 1 to 8.</param>
    public static (T[] Pixels, int Height, int Width) Upright<T>(T[] pixels, int height, int width, int values, int orientation)
    {
        if (orientation is < 2 or > 8) return (pixels, height, width);
        var swaps = orientation >= 5;
        var fromRight = orientation is 2 or 3 or 6 or 7;
        var fromBottom = orientation is 3 or 4 or 7 or 8;
        var (h, w) = swaps ? (width, height) : (height, width);
        var result = new T[pixels.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (row, column) = swaps ? (x, y) : (y, x);
                var target = ((fromBottom ? h - 1 - row : row) * w) + (fromRight ? w - 1 - column : column);
                Array.Copy(pixels, values * ((y * width) + x), result, values * target, values);
            }
        }
        return (result, h, w);
    }
}
