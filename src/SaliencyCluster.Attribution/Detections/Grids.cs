namespace SaliencyCluster.Attribution.Detections;

/// <summary>The grids of places that detectors of one stage lay over an image.</summary>
internal static class Grids
{
    private static readonly int[][] _strides = [[8, 16, 32], [8, 16, 32, 64], [16, 32]];

    /// <summary>The numbers of places of the usual grids over an image; none where its size is free.</summary>
    public static IReadOnlyList<long> Places(IReadOnlyList<long> imageShape) =>
        imageShape is [_, > 0 and var height, > 0 and var width] ? [.. _strides.Select(s => Count(s, height, width))] : [];

    /// <summary>The strides whose grids have so many places; null where none have.</summary>
    public static int[]? StridesOf(long places, long height, long width) => _strides.FirstOrDefault(s => Count(s, height, width) == places);

    /// <summary>The cells of a grid, row by row, stride after stride: column, row and stride of each.</summary>
    public static IEnumerable<(int X, int Y, int Stride)> Cells(int[] strides, int height, int width) =>
        from stride in strides from y in Enumerable.Range(0, Side(height, stride)) from x in Enumerable.Range(0,
            Side(width, stride)) select (x, y, stride);

    private static long Count(int[] strides, long height, long width) => strides.Sum(s => (long)Side(height, s) * Side(width, s));

    private static int Side(long size, int stride) => (int)((size + stride - 1) / stride);
}
