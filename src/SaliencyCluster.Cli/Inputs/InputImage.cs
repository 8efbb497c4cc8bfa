using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>An image that was named on the command line; nothing of it is read before its turn.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Path">Its file.</param>
/// <param name="IsPicture">Whether it is a PNG or JPEG file, to be brought through the model's preprocessing.</param>
/// <param name="Load">Reads the tensor of a file that is already preprocessed.</param>
internal sealed record InputImage(string Name, string Path, bool IsPicture, Func<Tensor> Load)
{
    /// <summary>The files that are pictures.</summary>
    public static readonly IReadOnlyList<string> PictureExtensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Makes an image of a whole file.</summary>
    public static InputImage File(string path) => new(
        System.IO.Path.GetFileNameWithoutExtension(path), path,
        PictureExtensions.Contains(System.IO.Path.GetExtension(path), StringComparer.OrdinalIgnoreCase), () => NpyFile.ReadFile(path));

    /// <summary>Gets the model's input.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2110, SAL2120 to SAL2123: the file cannot be read, or is no picture for this model.</exception>
    public Tensor Prepare(Preprocessing preprocessing, IReadOnlyList<long> imageShape) => IsPicture ? preprocessing.Apply(Decode(), imageShape, Name) : Load();

    /// <summary>Gets the image in greys, to draw a heat map over; null where it has no rows and columns.</summary>
    public Plane? Backdrop()
    {
        if (IsPicture) return Imaging.HeatMaps.Backdrop.Of(Decode());
        var tensor = Load();
        return tensor.Shape.Length is 2 or 3 ? Imaging.HeatMaps.Backdrop.Of(tensor) : null;
    }

    /// <summary>Gets the image as a gateway takes it: a picture goes as it is, since the cluster knows the model's preprocessing.</summary>
    public ImageInput ForGateway()
    {
        if (IsPicture) return ImageInput.FromFile(Path, Name);
        var tensor = Load();
        return ImageInput.FromTensor(Name, [.. tensor.Shape.Select(d => (long)d)], tensor.Data);
    }

    private PixelImage Decode() => PictureDecoder.Decode(System.IO.File.ReadAllBytes(Path), Path);
}
