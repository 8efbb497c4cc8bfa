namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>Matrices that stand for an operator along one axis. They become weights of the graph, so their size is bounded.</summary>
internal static class DenseMatrix
{
    /// <summary>The most elements: an axis of 8,192 resized to itself.</summary>
    public const long Most = 1L << 26;

    /// <summary>Makes a matrix of zeros.</summary>
    /// <exception cref="MatrixTooLargeException">It would have more than <see cref="Most"/> elements.</exception>
    public static double[,] Of(long rows, long columns) =>
        rows > Most / Math.Max(columns, 1) ? throw new MatrixTooLargeException(rows, columns) : new double[rows, columns];
}

/// <summary>A resize, pool or padding is too large to be a matrix; the compiler says at which node.</summary>
internal sealed class MatrixTooLargeException(long rows, long columns) : Exception($"{rows} x {columns}")
{
    public long Rows { get; } = rows;

    public long Columns { get; } = columns;
}
