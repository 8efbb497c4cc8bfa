namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>An image cut into N x N rectangles as equal as whole pixels allow.</summary>
/// <param name="Side">N.</param>
/// <param name="Height">Image height.</param>
/// <param name="Width">Image width.</param>
internal readonly record struct SegmentGrid(int Side, int Height, int Width)
{
    public int Count => Side * Side;

    /// <summary>Gets the segment of every pixel, row by row.</summary>
    public int[] Labels()
    {
        var labels = new int[Height * Width];
        for (var y = 0; y < Height; y++)
        {
            var first = Along(y, Height) * Side;
            for (var x = 0; x < Width; x++) labels[(y * Width) + x] = first + Along(x, Width);
        }
        return labels;
    }

    private int Along(int pixel, int size) => (int)Math.Min((long)Side * pixel / size, Side - 1);
}
