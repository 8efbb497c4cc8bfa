namespace SaliencyCluster.Tiles.Convolutions;

/// <summary>
/// Part of a convolution: output <c>[y * OutputStep + OutputY, x * OutputStep + OutputX]</c> is the sum over
/// <c>input[y * InputStep + InputY + t, x * InputStep + InputX + u]</c> times the weights of row t and column u.
/// </summary>
internal sealed record ConvolutionPass
{
    /// <summary>Gets the rows of the window; 0 where the output does not depend on the input.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets the columns of the window.</summary>
    public required int Columns { get; init; }

    /// <summary>Gets the row of the input at which the window of the first output begins; negative in the halo.</summary>
    public required int InputY { get; init; }

    /// <summary>Gets the column of the input at which the window of the first output begins.</summary>
    public required int InputX { get; init; }

    /// <summary>Gets how far the window moves from output to output.</summary>
    public int InputStep { get; init; } = 1;

    /// <summary>Gets the row of the first output.</summary>
    public int OutputY { get; init; }

    /// <summary>Gets the column of the first output.</summary>
    public int OutputX { get; init; }

    /// <summary>Gets how far outputs lie from each other.</summary>
    public int OutputStep { get; init; } = 1;

    /// <summary>Gets the rows of outputs.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the columns of outputs.</summary>
    public required int Width { get; init; }

    /// <summary>Gets where the weights of the window lie in the unpacked ones.</summary>
    public required WeightIndex Weight { get; init; }

    /// <summary>Gets how far outside an input of a size the window reaches.</summary>
    public int Reach(int height, int width)
    {
        if (Rows == 0) return 0;
        var below = checked(InputY + ((Height - 1) * InputStep) + Rows - height);
        var right = checked(InputX + ((Width - 1) * InputStep) + Columns - width);
        return Math.Max(0, Math.Max(Math.Max(-InputY, -InputX), Math.Max(below, right)));
    }
}

/// <summary>Where the weight of an output channel, an input channel, a row and a column of the window lies; -1 for a zero.</summary>
internal delegate int WeightIndex(int output, int input, int row, int column);
