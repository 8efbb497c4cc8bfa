namespace SaliencyCluster.Tiles.Layout;

/// <summary>
/// Images as kernels read and write them: bf16, channels last, each image with a border of zeros (the halo) as wide as any of its readers
/// reaches, so that no kernel knows about padding. Element <c>[n, y, x, c]</c> lies at
/// <c>((n * PaddedHeight + y + Halo) * PaddedWidth + x + Halo) * PaddedChannels + c</c>; what lies outside the image is zero.
/// </summary>
/// <param name="Images">Images side by side.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Halo">Rows and columns of zeros on every side.</param>
public readonly record struct PackedShape(int Images, int Channels, int Height, int Width, int Halo)
{
    /// <summary>How many float32 a vector register holds.</summary>
    public const int Lanes = 16;

    // Pictures of three channels: a row of pixels is read as one run, so four do not waste what sixteen would.
    private const int FewChannels = 4;

    /// <summary>Gets the channels with those of zeros behind them: 4, or a multiple of 16.</summary>
    public int PaddedChannels => Channels <= FewChannels ? FewChannels : (Channels + Lanes - 1) / Lanes * Lanes;

    /// <summary>Gets the rows with the halo.</summary>
    public int PaddedHeight => Height + (2 * Halo);

    /// <summary>Gets the columns with the halo.</summary>
    public int PaddedWidth => Width + (2 * Halo);

    /// <summary>Gets the elements of a row.</summary>
    public int RowElements => checked(PaddedWidth * PaddedChannels);

    /// <summary>Gets the elements of an image.</summary>
    public int ImageElements => checked(PaddedHeight * RowElements);

    /// <summary>Gets the elements of all images.</summary>
    public int Elements => checked(Images * ImageElements);

    /// <summary>Gets where a pixel of the first image begins; coordinates may lie in the halo.</summary>
    public int Offset(int y, int x) => ((y + Halo) * RowElements) + ((x + Halo) * PaddedChannels);

    /// <summary>Writes the zeros of the halo of one image.</summary>
    internal void ClearHalo(Span<ushort> image)
    {
        if (Halo == 0) return;
        var side = Halo * PaddedChannels;
        image[..((Halo * RowElements) + side)].Clear();
        // The right side of a row and the left side of the next lie together.
        for (var y = 1; y < Height; y++) image.Slice(((y + Halo) * RowElements) - side, 2 * side).Clear();
        image[(((Height + Halo) * RowElements) - side)..ImageElements].Clear();
    }
}
