namespace SaliencyCluster.Tiles.Pooling;

/// <summary>A max pool in the usual terms; dilation 1. Padding never wins.</summary>
/// <param name="OutputHeight">Rows of the result.</param>
/// <param name="OutputWidth">Columns of the result.</param>
/// <param name="KernelHeight">Rows of a window.</param>
/// <param name="KernelWidth">Columns of a window.</param>
/// <param name="StrideY">Rows from window to window.</param>
/// <param name="StrideX">Columns from window to window.</param>
/// <param name="Top">Rows of padding above.</param>
/// <param name="Left">Columns of padding to the left.</param>
public sealed record PoolGeometry(
    int OutputHeight, int OutputWidth, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int Top, int Left)
{
    /// <summary>Gets the rows of the input that the windows of a row of results cover.</summary>
    internal (int From, int To) Rows(int y, int height) =>
        (Math.Max(0, (y * StrideY) - Top), Math.Min(height, (y * StrideY) - Top + KernelHeight));

    /// <summary>Gets the columns of the input that the windows of a column of results cover.</summary>
    internal (int From, int To) Columns(int x, int width) =>
        (Math.Max(0, (x * StrideX) - Left), Math.Min(width, (x * StrideX) - Left + KernelWidth));
}
