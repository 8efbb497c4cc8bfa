namespace SaliencyCluster.Autodiff.Attention;

/// <summary>What a part of an axis counts.</summary>
internal enum Counted
{
    /// <summary>Anything else: channels, heads.</summary>
    Other,

    /// <summary>Images of the batch.</summary>
    Batch,

    /// <summary>Rows of the image.</summary>
    Rows,

    /// <summary>Columns of the image.</summary>
    Columns,

    /// <summary>Tokens: places of a grid, perhaps with others before or behind them.</summary>
    Tokens,

    /// <summary>Rows or columns that are no more in their order, as where a grid is rolled.</summary>
    Moved,
}

/// <summary>Where the places of a grid stand among tokens.</summary>
/// <param name="Offset">How many other tokens stand before them.</param>
/// <param name="Rows">Rows of the grid.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="ColumnsFirst">Whether neighbours along a column, not along a row, stand one after another.</param>
internal sealed record TokenGrid(long Offset, long Rows, long Columns, bool ColumnsFirst)
{
    public long Places => Rows * Columns;
}

/// <summary>A part of an axis: an axis that a Reshape joined from several holds one for each of them, outer first.</summary>
/// <param name="What">What it counts.</param>
/// <param name="Size">How many.</param>
/// <param name="Stride">From one to the next, in the unit of <paramref name="Extent"/>.</param>
/// <param name="Extent">How many rows or columns there are in all.</param>
internal sealed record Factor(Counted What, long Size, long Stride = 1, long Extent = 1)
{
    /// <summary>Gets the grid among tokens.</summary>
    public TokenGrid? Grid { get; init; }

    /// <summary>Gets whether it goes over the whole image.</summary>
    public bool Covers => What is Counted.Rows or Counted.Columns && Stride * Size == Extent;

    public static Factor Other(long size) => new(Counted.Other, size);

    /// <summary>The outer <paramref name="size"/> and what lies within each of them.</summary>
    public (Factor Outer, Factor Inner) Split(long size) => What is Counted.Rows or Counted.Columns or Counted.Moved
        ? (this with { Size = size, Stride = Stride * (Size / size) }, this with { Size = Size / size })
        : (Other(size), Other(Size / size));

    /// <summary>This and the next one as one; null where they are two.</summary>
    public Factor? Join(Factor next)
    {
        if (What == Counted.Other && next.What == Counted.Other) return Other(Size * next.Size);
        return What is Counted.Rows or Counted.Columns && What == next.What && Extent == next.Extent && Stride == next.Stride * next.Size
            ? next with { Size = Size * next.Size } : null;
    }
}
