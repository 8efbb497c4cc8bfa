using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Turns <c>--input FILE|DIR ...</c> into images, each with a name of its own; nothing but headers is read before its turn.</summary>
/// <param name="rank">Number of dimensions of one image, without batch.</param>
internal sealed class ImageFiles(int rank)
{
    private static readonly string[] Extensions = [".npy", .. InputImage.PictureExtensions];

    /// <summary>Lists the images in the order in which they are explained: as given, folders in the order of their names.</summary>
    /// <exception cref="SaliencyException">SAL2510 to SAL2513: a path is missing, of an unknown kind, empty, or two have one name.</exception>
    public IReadOnlyList<InputImage> List(IReadOnlyList<string> paths)
    {
        var named = paths.SelectMany(Files).SelectMany(Images).ToList();
        var twice = named.GroupBy(image => image.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw InputErrors.SameName(twice.Key, [.. twice.Select(image => image.Path)]);
        return named;
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path)) return IsImage(path) ? [path] : throw InputErrors.UnknownKind(path, Extensions);
        if (!Directory.Exists(path)) throw InputErrors.NoSuchFile("input", path);
        var files = Directory.EnumerateFiles(path).Where(IsImage).Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw InputErrors.EmptyFolder(path, Extensions);
    }

    // A mask says where the object of a picture is; it is none to explain.
    private static bool IsImage(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !path.EndsWith(".mask.png", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<InputImage> Images(string path)
    {
        var file = InputImage.File(path);
        if (file.IsPicture || NpyFile.ReadShape(path) is not [var count, ..] shape || shape.Length != rank + 1) return [file];
        // The file is read once, when its first image is due.
        var all = new Lazy<Tensor>(() => NpyFile.ReadFile(path));
        return Enumerable.Range(0, count).Select(i => new InputImage($"{file.Name}-{i}", path, false, () => Row(all.Value, i)));
    }

    private static Tensor Row(Tensor all, int index)
    {
        var size = all.Data.Length / all.Shape[0];
        return new(all.Shape[1..], all.Data[(index * size)..((index + 1) * size)]);
    }
}
