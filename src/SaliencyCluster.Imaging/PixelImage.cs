namespace SaliencyCluster.Imaging;

/// <summary>A decoded picture: 8 bits each of red, green and blue, interleaved, rows first, without transparency.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Rgb"><c>3 * Height * Width</c> bytes. Treat as immutable.</param>
public sealed record PixelImage(int Height, int Width, byte[] Rgb);
