namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>How gradient histograms are taken.</summary>
public sealed record HogOptions
{
    /// <summary>Gets the side of a cell in pixels.</summary>
    /// <value>At least 1. The default is 16, as in the authors' notebook.</value>
    public int CellSize { get; init; } = 16;

    /// <summary>Gets the side of a block in cells.</summary>
    /// <value>At least 1. The default is 3.</value>
    public int BlockSize { get; init; } = 3;

    /// <summary>Gets the number of directions between 0 and 180 degrees.</summary>
    /// <value>At least 1. The default is 9.</value>
    public int Orientations { get; init; } = 9;

    /// <summary>
    /// The authors' options; where a picture has less than one block of such cells, the cell is a seventh of its shorter side
    /// (4 pixels for 28x28), which leaves 5x5 blocks.
    /// </summary>
    public static HogOptions For(int height, int width)
    {
        var options = new HogOptions();
        var side = Math.Min(height, width);
        return side >= options.CellSize * options.BlockSize ? options : options with { CellSize = Math.Max(1, side / 7) };
    }
}
