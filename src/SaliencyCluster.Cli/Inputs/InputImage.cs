using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;
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

    /// <summary>Decodes the picture, for what is said of it and drawn with it; null for what is no picture.</summary>
    public SeenPicture? Seen() => IsPicture ? new(Decode(), Model) : null;

    /// <summary>Gets where the picture lies in the model's input; null of an array.</summary>
    public PictureFrame? Frame() => Problem is null ? Seen()?.Place.Frame : null;

    /// <summary>Gets an array in greys, to draw a heat map over; null where it has no rows and columns.</summary>
    public Plane? Backdrop()
    {
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

    private PixelImage Decode() => PictureDecoder.Decode(InputFile.Bytes(Path), Path, Page);
}
