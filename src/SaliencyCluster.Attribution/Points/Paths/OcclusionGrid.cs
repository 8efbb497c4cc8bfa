namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The windows that slide over an image: the last ones are cut off at the border, not moved back (as in Captum).</summary>
/// <param name="Height">Image height.</param>
/// <param name="Width">Image width.</param>
/// <param name="WindowHeight">Window height.</param>
/// <param name="WindowWidth">Window width.</param>
/// <param name="StrideY">Step down.</param>
/// <param name="StrideX">Step right.</param>
internal readonly record struct OcclusionGrid(int Height, int Width, int WindowHeight, int WindowWidth, int StrideY, int StrideX)
{
    public int Rows => Shifts(Height, WindowHeight, StrideY);

    public int Columns => Shifts(Width, WindowWidth, StrideX);

    public int Count => checked(Rows * Columns);

    /// <summary>Gets the number of windows, which may be too large for any run.</summary>
    public long Total => (long)Rows * Columns;

    /// <summary>Gets the numbers that a recipe carries.</summary>
    public double[] Parameters => [WindowHeight, WindowWidth, StrideY, StrideX];

    public static OcclusionGrid Of(IReadOnlyList<int> imageShape, IReadOnlyList<double> parameters) => new(
        imageShape[1], imageShape[2], (int)parameters[0], (int)parameters[1], (int)parameters[2], (int)parameters[3]);

    /// <summary>Gets a window: rows from Top up to but not including Bottom, columns from Left up to but not including Right.</summary>
    public (int Top, int Bottom, int Left, int Right) Window(int index)
    {
        var (top, left) = (index / Columns * StrideY, index % Columns * StrideX);
        return (top, Math.Min(top + WindowHeight, Height), left, Math.Min(left + WindowWidth, Width));
    }

    private static int Shifts(int size, int window, int stride) => (int)(((long)Math.Max(size - window, 0) + stride - 1) / stride) + 1;
}
