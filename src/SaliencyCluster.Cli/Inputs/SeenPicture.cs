using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>A decoded picture, and what becomes of it on its way to the model.</summary>
/// <param name="picture">The picture, upright.</param>
/// <param name="model">How it becomes a model's input.</param>
internal sealed class SeenPicture(PixelImage picture, ModelInput model)
{
    /// <summary>Gets where it lies in the model's input.</summary>
    public PictureGeometry Place { get; } = model.Preprocessing.Place(picture, model.Shape);

    /// <summary>Gets how many bits each of its pixels had per channel.</summary>
    public int Bits => picture.Grey16 is null ? 8 : 16;

    /// <summary>Gets the name of the colour profile from which it was converted to sRGB; null where that was not needed.</summary>
    public string? Profile => picture.Profile;

    /// <summary>Makes what the model sees: before scale, mean and standard deviation, red first.</summary>
    public PixelImage Pixels() => model.Preprocessing.Sized(picture, model.Shape) is var seen && model.Shape[0] == 1 ? seen.ToGrey() : seen;

    /// <summary>Gets it in greys, to draw a heat map over.</summary>
    public Plane Backdrop() => Imaging.HeatMaps.Backdrop.Shrunk(picture);

    /// <summary>Gets it as PNG, no larger than a backdrop.</summary>
    public byte[] Thumbnail()
    {
        var scale = Math.Min(1, (double)Imaging.HeatMaps.Backdrop.LongestSide / Math.Max(picture.Height, picture.Width));
        return PictureEncoder.Png(PixelResizing.To(
            picture, Math.Max(1, (int)Math.Round(picture.Height * scale)), Math.Max(1, (int)Math.Round(picture.Width * scale))));
    }
}
