namespace SaliencyCluster.Imaging;

/// <summary>A decoded picture: 8 bits each of red, green and blue, interleaved, rows first, without transparency.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Rgb"><c>3 * Height * Width</c> bytes. Treat as immutable.</param>
public sealed record PixelImage(int Height, int Width, byte[] Rgb)
{
    /// <summary>Gets the greys of a picture of 16 bits, black 0 and white 65535; null where 8 bits are all there is. Treat as
    /// immutable.</summary>
    public ushort[]? Grey16 { get; init; }

    /// <summary>Gets the name of the colour profile from which it was converted to sRGB; null where that was not needed.</summary>
    public string? Profile { get; init; }

    /// <summary>Gets the picture as a model of one channel sees it, drawn in 8 bits.</summary>
    public PixelImage ToGrey()
    {
        var grey = new byte[Rgb.Length];
        for (var i = 0; i < grey.Length; i += 3) Array.Fill(grey, Preprocessing.Grey(Rgb.AsSpan(i, 3)), i, 3);
        return this with { Rgb = grey };
    }

    /// <summary>Puts the picture onto a canvas of a size, cut off where it reaches beyond; a picture that covers it exactly is returned
    /// as it is.</summary>
    /// <param name="height">Rows of the canvas.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="top">Where the picture's first row lies; may be below 0.</param>
    /// <param name="left">Where its first column lies.</param>
    /// <param name="fill">The colour of the canvas.</param>
    public PixelImage Placed(int height, int width, int top, int left, (byte Red, byte Green, byte Blue) fill)
    {
        if ((height, width, top, left) == (Height, Width, 0, 0)) return this;
        var result = new byte[3 * height * width];
        for (var i = 0; i < result.Length; i += 3) (result[i], result[i + 1], result[i + 2]) = fill;
        var deep = Grey16 is null ? null : new ushort[height * width];
        if (deep is not null) Array.Fill(deep, (ushort)(257 * Preprocessing.Grey([fill.Red, fill.Green, fill.Blue])));
        var (firstColumn, count) = (Math.Max(0, -left), Math.Min(Width, width - left) - Math.Max(0, -left));
        for (var y = Math.Max(0, -top); y < Math.Min(Height, height - top) && count > 0; y++)
        {
            var (from, to) = ((y * Width) + firstColumn, ((y + top) * width) + left + firstColumn);
            Array.Copy(Rgb, 3 * from, result, 3 * to, 3 * count);
            if (deep is not null) Array.Copy(Grey16!, from, deep, to, count);
        }
        return new(height, width, result) { Grey16 = deep };
    }
}
