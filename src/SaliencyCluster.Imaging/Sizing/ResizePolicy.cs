using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging.Sizing;

/// <summary>How a picture gets the model's height and width.</summary>
/// <param name="Mode">What becomes of its proportions.</param>
/// <param name="Interpolation">How pixels between pixels are made.</param>
public sealed record ResizePolicy(ResizeMode Mode = ResizeMode.Stretch, Interpolation Interpolation = Interpolation.Bilinear)
{
    /// <summary>Gets the length that <see cref="ResizeMode.Crop"/> brings the short side to.</summary>
    /// <value>From 1 to 16384; null means the model's shorter side, divided by <see cref="CropShare"/>.</value>
    public int? ShortSide { get; init; }

    /// <summary>Gets which share of the short side <see cref="ResizeMode.Crop"/> keeps, as timm's <c>crop_pct</c>; only without <see
    /// cref="ShortSide"/>.</summary>
    /// <value>Above 0, to 1. The default is 1.</value>
    public double CropShare { get; init; } = 1;

    /// <summary>Gets the size where the model leaves it free.</summary>
    /// <value>Each from 1 to 16384; null means the picture's own.</value>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Gets the colour, red first, around a picture that does not fill the model's input.</summary>
    /// <value>Each from 0 to 255. The default is black.</value>
    public (byte Red, byte Green, byte Blue) Fill { get; init; }

    /// <summary>The most rows or columns that a policy may ask for.</summary>
    public const int LongestSide = 16384;

    /// <summary>Stretched by antialiased bilinear interpolation.</summary>
    public static ResizePolicy Default { get; } = new();

    /// <summary>Gets the same policy, its values checked.</summary>
    /// <exception cref="SaliencyException">SAL2123: a value is outside its range.</exception>
    public ResizePolicy Checked()
    {
        if (ShortSide is < 1 or > LongestSide) throw Unfit($"the short side is {ShortSide}; it must be from 1 to {LongestSide}");
        if (!(CropShare is > 0 and <= 1)) throw Unfit($"the share that the crop keeps is {CropShare}; it must be above 0 and at most 1");
        if (Size is { } size && (size.Height is < 1 or > LongestSide || size.Width is < 1 or > LongestSide))
            throw Unfit($"the size is {size.Height}x{size.Width}; each must be from 1 to {LongestSide}");
        if (Mode != ResizeMode.Crop && (ShortSide is not null || CropShare < 1)) throw Unfit("a short side is for a crop only");
        return this;
    }

    /// <summary>Gets where a picture lies in a model's input.</summary>
    /// <param name="height">Rows of the upright picture.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="modelHeight">Rows of the input; below 0 where they are free.</param>
    /// <param name="modelWidth">Columns of the input; below 0 where they are free.</param>
    /// <exception cref="SaliencyException">SAL2123: the policy does not fit the model. SAL2124: the picture has not the model's size and
    /// is not to be resized, or would have too many.</exception>
    public PictureGeometry Place(int height, int width, long modelHeight, long modelWidth)
    {
        var (h, w) = (Side(modelHeight, Size?.Height, height), Side(modelWidth, Size?.Width, width));
        var (rows, columns) = Resized(height, width, h, w);
        if (Mode == ResizeMode.None && (h, w) != (height, width))
            throw new SaliencyException(
                "SAL2124", $"The picture has {height}x{width} pixels, the model takes {h}x{w}, and it is not to be resized.",
                "Give a picture of that size, or choose `--resize stretch`, `crop` or `fit`.");
        if (rows * columns > PictureDecoder.MaxPixels)
            throw new SaliencyException(
                "SAL2124", $"The picture has {height}x{width} pixels, and resized it would have {rows}x{columns}, which is too many.",
                "Give a picture that is less long, or choose `--resize stretch` or `fit`.");
        return new(height, width, h, w, (double)rows / height, (double)columns / width, Offset(h, rows), Offset(w, columns));
    }

    /// <summary>Gets the picture as the model's input shows it.</summary>
    public PixelImage Apply(PixelImage picture, PictureGeometry place)
    {
        var (rows, columns) = ((int)Math.Round(place.ScaleY * picture.Height), (int)Math.Round(place.ScaleX * picture.Width));
        return PixelResizing.To(picture, rows, columns, Interpolation).Placed(
            place.ModelHeight, place.ModelWidth, (int)place.OffsetY, (int)place.OffsetX, Fill);
    }

    private (long Rows, long Columns) Resized(int height, int width, int modelHeight, int modelWidth)
    {
        switch (Mode)
        {
            case ResizeMode.Crop:
                // torchvision's Resize cuts the long side's fraction off.
                var side = ShortSide ?? (int)Math.Floor(Math.Min(modelHeight, modelWidth) / CropShare);
                return width <= height ? ((long)side * height / width, side) : (side, (long)side * width / height);
            case ResizeMode.Fit:
                var ratio = Math.Min((double)modelHeight / height, (double)modelWidth / width);
                return (Math.Max(1, (int)Math.Round(height * ratio)), Math.Max(1, (int)Math.Round(width * ratio)));
            default:
                return (modelHeight, modelWidth);
        }
    }

    // torchvision's CenterCrop rounds halves to even, and what it pads before it stands at the floor; letterboxes put the odd row below.
    private static int Offset(int model, long resized) =>
        resized <= model ? (int)(model - resized) / 2 : -(int)Math.Round((resized - model) / 2.0);

    private static int Side(long wanted, int? chosen, int own) => wanted >= 0
        ? chosen is null || chosen == wanted ? (int)wanted
            : throw Unfit($"pictures are brought to {chosen} rows or columns, and the model takes {wanted}")
        : chosen ?? own;

    private static SaliencyException Unfit(string why) =>
        new("SAL2123", $"The preprocessing does not fit the model: {why}.", "Correct the resizing of the model's preprocessing.");
}
