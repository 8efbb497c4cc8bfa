using SaliencyCluster.Imaging;

namespace SaliencyCluster.Reporting.Drawings;

/// <summary>A picture that is part of a page.</summary>
/// <param name="Address">Its <c>data:</c> address.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record PagePicture(string Address, int Width, int Height);

/// <summary>Makes pictures part of a page that stays below 3 MB: each may have an equal share of it, and is packed with loss, then made
/// smaller, where it would need more.</summary>
/// <param name="count">How many pictures the page has at most.</param>
public sealed class PagePictures(int count)
{
    // In base64 a third more: with the text of the page below 3 MB.
    private const int Budget = 1_900_000, Widest = 448, Least = 24, Quality = 85;

    private readonly int _share = Budget / Math.Max(1, count);

    /// <summary>Makes a picture part of the page.</summary>
    public PagePicture Of(PixelImage picture)
    {
        var png = PictureEncoder.Png(picture);
        if (png.Length <= _share) return Embedded("png", png, picture);
        for (var width = Math.Min(picture.Width, Widest); ; width = width * 3 / 4)
        {
            var small = PixelResizing.To(picture, Math.Max(1, picture.Height * width / picture.Width), width);
            var packed = PictureEncoder.Webp(small, Quality);
            if (packed.Length <= _share || width <= Least) return Embedded("webp", packed, small);
        }
    }

    private static PagePicture Embedded(string type, byte[] file, PixelImage picture) =>
        new($"data:image/{type};base64,{Convert.ToBase64String(file)}", picture.Width, picture.Height);
}
