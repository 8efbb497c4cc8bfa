using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>An image that was named on the command line; nothing of it but a header is read before its turn.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Path">Its file.</param>
/// <param name="Kind">What the file holds.</param>
/// <param name="Model">How the file becomes a model's input.</param>
/// <param name="Load">Reads the array of a file that is no picture.</param>
internal sealed record InputImage(string Name, string Path, InputKind Kind, ModelInput Model, Func<Tensor> Load)
{
    /// <summary>The files that are pictures.</summary>
    public static readonly IReadOnlyList<string> PictureExtensions = Imaging.Formats.KnownFormats.Extensions;

    /// <summary>Gets why the file cannot be read, where that is known without reading all of it.</summary>
    public SaliencyException? Problem { get; init; }

    /// <summary>Gets the page of a TIFF file, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Gets whether a cluster gets what the model takes instead of the picture: it prepares pictures in another way, or looks at
    /// first pages only.</summary>
    public bool IsSentPrepared => IsPicture && (Model.PreparesHere || Page > 1);

    /// <summary>Gets whether it is a picture file.</summary>
    public bool IsPicture => Kind == InputKind.Picture;

    /// <summary>Gets the model's input, channels first.</summary>
    /// <exception cref="SaliencyException">SAL2110, SAL2120 to SAL2123, SAL2519: the file cannot be read, or is no picture for this model.</exception>
    public Tensor Prepare() => Problem is not null ? throw Problem : Kind switch
    {
        InputKind.Picture => Model.Preprocessing.Apply(Decode(), Model.Shape, Model.Name),
        InputKind.Pixels => Model.OfPixels(Load()),
        _ => Load().ToChannelsFirst(Model.Layout),
    };

    /// <summary>Gets where the picture lies in the model's input, and what the model sees of it; null for what is no picture.</summary>
    public SeenPicture? Seen()
    {
        if (!IsPicture) return null;
        var picture = Decode();
        return new(Model.Preprocessing.Place(picture, Model.Shape), picture.Grey16 is null ? 8 : 16, () =>
            Model.Preprocessing.Sized(picture, Model.Shape) is var seen && Model.Shape[0] == 1 ? seen.ToGrey() : seen);
    }

    /// <summary>Gets where the picture lies in the model's input; null of an array.</summary>
    public PictureFrame? Frame() => IsPicture && Problem is null ? FrameOf(Model.Preprocessing.Place(Decode(), Model.Shape)) : null;

    /// <summary>Gets a geometry as boxes are told by it.</summary>
    public static PictureFrame FrameOf(PictureGeometry place) =>
        new(place.PictureWidth, place.PictureHeight, place.ScaleX, place.ScaleY, place.OffsetX, place.OffsetY);

    /// <summary>Gets the image in greys, to draw a heat map over; null where it has no rows and columns.</summary>
    public Plane? Backdrop()
    {
        if (IsPicture) return Imaging.HeatMaps.Backdrop.Shrunk(Decode());
        var tensor = Prepare();
        return tensor.Shape.Length is 2 or 3 ? Imaging.HeatMaps.Backdrop.Of(tensor) : null;
    }

    /// <summary>Gets the image as a gateway takes it: a picture goes as it is, since the cluster knows the model's preprocessing, unless
    /// another one is asked for; an array in the model's own layout.</summary>
    public ImageInput ForGateway()
    {
        if (IsPicture && !IsSentPrepared) return ImageInput.FromEncoded(Name, InputFile.Bytes(Path));
        var tensor = Prepare().ToOwn(Model.Layout);
        return ImageInput.FromTensor(Name, [.. tensor.Shape.Select(d => (long)d)], tensor.Data);
    }

    /// <summary>Gets the picture as PNG, upright and no larger than a backdrop.</summary>
    public byte[] Thumbnail()
    {
        var picture = Decode();
        var scale = Math.Min(1, (double)Imaging.HeatMaps.Backdrop.LongestSide / Math.Max(picture.Height, picture.Width));
        return PictureEncoder.Png(PixelResizing.To(
            picture, Math.Max(1, (int)Math.Round(picture.Height * scale)), Math.Max(1, (int)Math.Round(picture.Width * scale))));
    }

    private PixelImage Decode() => PictureDecoder.Decode(InputFile.Bytes(Path), Path, Page);
}
