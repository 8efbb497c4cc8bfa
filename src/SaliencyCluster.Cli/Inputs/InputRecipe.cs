namespace SaliencyCluster.Cli.Inputs;

/// <summary>How a file became the model's input, as <c>result.json</c> says it.</summary>
/// <param name="Holds"><c>picture</c>, <c>pixels</c> (an array of uint8) or <c>prepared</c> (an array of floats, taken as it is).</param>
/// <param name="Resize">What became of a picture's size.</param>
/// <param name="ChannelOrder"><c>rgb</c> or <c>grey</c>, of pictures.</param>
/// <param name="Scale">Factor of pixel values from 0 to 255.</param>
/// <param name="Mean">Subtracted after it: one number, or one per channel.</param>
/// <param name="Std">Divided by after that.</param>
internal sealed record InputRecipe(string Holds, string? Resize, string? ChannelOrder, double? Scale, IReadOnlyList<double>? Mean, IReadOnlyList<double>? Std)
{
    /// <summary>The recipe of an image.</summary>
    public static InputRecipe Of(InputImage image)
    {
        var how = image.Model.Preprocessing;
        return image.Kind switch
        {
            InputKind.Picture => new("picture", Resizing(image.Model.Shape), image.Model.Shape is [1, ..] ? "grey" : "rgb", how.Scale, how.Mean, how.Std),
            InputKind.Pixels => new("pixels", null, null, how.Scale, how.Mean, how.Std),
            _ => new("prepared", null, null, null, null, null),
        };
    }

    private static string Resizing(IReadOnlyList<long> shape) => shape is [_, < 0, < 0] ? "none"
        : $"stretched to {Side(shape[1])}x{Side(shape[2])} by antialiased bilinear interpolation, as Pillow's BILINEAR";

    private static string Side(long side) => side < 0 ? "its own" : $"{side}";
}
