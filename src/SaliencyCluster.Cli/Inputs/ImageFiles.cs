using System.Globalization;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Turns <c>--input FILE|DIR ...</c> into images, each with a name of its own; nothing but headers is read before its turn.</summary>
/// <param name="model">How files become the model's input.</param>
internal sealed class ImageFiles(ModelInput model)
{
    private static readonly string[] Extensions = [".npy", .. InputImage.PictureExtensions];

    // What people keep beside pictures: to leave these out needs no word.
    private static readonly HashSet<string> Silent = new(StringComparer.OrdinalIgnoreCase) { "", ".txt", ".json", ".md", ".csv", ".onnx", ".xml", ".yaml", ".yml" };
    private readonly List<string> _leftOut = [];

    /// <summary>Gets a sentence about files of folders that look like images but cannot be read; null where there were none.</summary>
    public string? LeftOut => _leftOut.Count == 0 ? null
        : $"{_leftOut.Count} {(_leftOut.Count == 1 ? "file was" : "files were")} left out, which can be read only as {string.Join(", ", Extensions)}: {string.Join(", ", _leftOut.Take(5).Select(Path.GetFileName))}{(_leftOut.Count > 5 ? ", ..." : "")}";

    /// <summary>Lists the images in the order in which they are explained: as given, folders in the order of their names.</summary>
    /// <exception cref="SaliencyException">SAL2505, SAL2510 to SAL2513, SAL2519: a path is missing, of an unknown kind, empty, or two have one name.</exception>
    public IReadOnlyList<InputImage> List(IReadOnlyList<string> paths)
    {
        var named = paths.SelectMany(Files).SelectMany(Images).ToList();
        if (named.Count == 0) throw InputErrors.NoImage(paths[0]);
        if (named.FirstOrDefault(image => image.Name is "" or "." or "..") is { } odd) throw InputErrors.NoFolderName(odd.Path, odd.Name);
        var twice = named.GroupBy(image => image.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw InputErrors.SameName(twice.Key, [.. twice.Select(image => image.Path)]);
        return named;
    }

    private IEnumerable<string> Files(string path)
    {
        if (PageOf(path).Page > 1) return [path];
        if (File.Exists(path)) return IsImage(path) ? [path] : throw InputErrors.UnknownKind(path, Extensions);
        if (!Directory.Exists(path)) throw InputErrors.NoSuchFile("input", path);
        var all = InputFile.Guarded(path, () => Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).ToList());
        var files = all.Where(IsImage).ToList();
        _leftOut.AddRange(all.Where(f => !IsImage(f) && !IsMask(f) && !Silent.Contains(Path.GetExtension(f)) && !Path.GetFileName(f).StartsWith('.')));
        return files.Count > 0 ? files : throw InputErrors.EmptyFolder(path, Extensions);
    }

    // scan.tif#3 is the third page, unless a file is called so.
    private static (string File, int Page) PageOf(string path)
    {
        var mark = path.LastIndexOf('#');
        if (mark < 0 || File.Exists(path) || !File.Exists(path[..mark])) return (path, 1);
        return int.TryParse(path.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            && page is > 0 and <= short.MaxValue
            ? (path[..mark], page) : (path, 1);
    }

    private static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !IsMask(path);

    // A mask says where the object of a picture is; it is none to explain.
    private static bool IsMask(string path) => path.EndsWith(".mask.png", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<InputImage> Images(string path)
    {
        var file = One(path, model);
        if (file.IsPicture || file.Problem is not null || InputFile.ArrayHeader(path) is not ([var count, ..] shape, _) || shape.Length != model.Shape.Count + 1) return [file];
        // The file is read once, when its first image is due.
        var all = new Lazy<Tensor>(file.Load);
        return Enumerable.Range(0, count).Select(i => file with { Name = $"{file.Name}-{i}", Load = () => Row(all.Value, i) });
    }

    /// <summary>Makes an image of a whole file; one that cannot be read says why, so that the others go on.</summary>
    public static InputImage One(string path, ModelInput model)
    {
        (path, var page) = PageOf(path);
        var name = Path.GetFileNameWithoutExtension(path) + (page > 1 ? $"-page-{page}" : "");
        var image = new InputImage(name, path, InputKind.Picture, model, () => InputFile.Array(path)) { Page = page };
        try
        {
            if (InputFile.Guarded(path, () => Length(path)) == 0) return image with { Problem = InputErrors.Empty(path) };
            if (InputImage.PictureExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) return image;
            return image with { Kind = InputFile.ArrayHeader(path).IsPixels ? InputKind.Pixels : InputKind.Prepared };
        }
        catch (SaliencyException problem)
        {
            return image with { Problem = problem };
        }
    }

    // Opened, so that what may not be read is known.
    private static long Length(string path)
    {
        using var file = File.OpenRead(path);
        return file.Length;
    }

    private static Tensor Row(Tensor all, int index)
    {
        var size = all.Data.Length / all.Shape[0];
        return new(all.Shape[1..], all.Data[(index * size)..((index + 1) * size)]);
    }
}
