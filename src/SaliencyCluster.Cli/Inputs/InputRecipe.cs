using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>How a file became the model's input, as <c>result.json</c> says it.</summary>
/// <param name="Holds"><c>picture</c>, <c>pixels</c> (an array of uint8) or <c>prepared</c> (an array of floats, taken as it is).</param>
/// <param name="Resize">What became of a picture's size.</param>
/// <param name="ChannelOrder"><c>rgb</c>, <c>bgr</c> or <c>grey</c>, of pictures.</param>
/// <param name="Bits">How many bits of each pixel and channel of a picture were used: 8, or 16 of a grey one.</param>
/// <param name="Scale">Factor of pixel values from 0 to 255.</param>
/// <param name="Mean">Subtracted after it: one number, or one per channel.</param>
/// <param name="Std">Divided by after that.</param>
/// <param name="Geometry">Where a picture lies in the model's input: <c>x of the model = x of the picture * scaleX + offsetX</c>.</param>
internal sealed record InputRecipe(
    string Holds, string? Resize, string? ChannelOrder, int? Bits, double? Scale, IReadOnlyList<double>? Mean,
        IReadOnlyList<double>? Std, PictureGeometry? Geometry = null)
{
    /// <summary>Gets the name of the colour profile from which the picture was converted to sRGB; null where that was not needed.</summary>
    public string? Profile { get; init; }

    /// <summary>The recipe of an image.</summary>
    public static InputRecipe Of(InputImage image, SeenPicture? seen)
    {
        var how = image.Model.Preprocessing;
        return image.Kind switch
        {
            InputKind.Picture => new(
                "picture", Resizing(how.Resize, image.Model.Shape, seen?.Place), image.Model.Shape is [1, ..] ? "grey" : how.BlueFirst
                    ? "bgr" : "rgb", seen?.Bits, how.Scale, how.Mean, how.Std, seen?.Place) { Profile = seen?.Profile },
            InputKind.Pixels => new("pixels", null, null, null, how.Scale, how.Mean, how.Std),
            _ => new("prepared", null, null, null, null, null, null),
        };
    }

    private static string Resizing(ResizePolicy policy, IReadOnlyList<long> shape, PictureGeometry? place)
    {
        var size = policy.Size is var (height, width) && shape is [_, < 0, < 0] ? $"{height}x{width}"
            : $"{Side(shape[1])}x{Side(shape[2])}";
        return policy.Mode switch
        {
            ResizeMode.None => "none",
            ResizeMode.Crop => $"short side to {ShortSide(policy, place)}, centre cropped to {size} (as torchvision's CenterCrop), by "
                + $"{Words(policy.Interpolation)}",
            ResizeMode.Fit => $"fitted into {size}, the rest filled with {policy.Fill.Red},{policy.Fill.Green},{policy.Fill.Blue}, by "
                + $"{Words(policy.Interpolation)}",
            _ => policy.Size is null && shape is [_, < 0, < 0] ? "none" : $"stretched to {size} by {Words(policy.Interpolation)}",
        };
    }

    private static string ShortSide(ResizePolicy policy, PictureGeometry? place) => policy.ShortSide is { } side ? $"{side}"
        : place is null ? "the model's" : $"{Math.Round(Math.Min(place.PictureHeight * place.ScaleY, place.PictureWidth * place.ScaleX))}";

    private static string Words(Interpolation interpolation) => interpolation switch
    {
        Interpolation.BilinearPlain => "bilinear interpolation without antialiasing, as OpenCV's INTER_LINEAR",
        Interpolation.Nearest => "the nearest pixel, as Pillow's NEAREST",
        _ => $"antialiased {interpolation.Name()} interpolation, as Pillow's {interpolation.Name().ToUpperInvariant()}",
    };

    private static string Side(long side) => side < 0 ? "its own" : $"{side}";
}
