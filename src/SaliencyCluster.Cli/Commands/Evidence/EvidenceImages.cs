using System.Globalization;
using System.Text;
using SaliencyCluster.Attribution;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Evidence;

/// <summary>Reads the images of an evaluation with their masks and groups.</summary>
/// <param name="arguments">What was asked.</param>
/// <param name="preprocessing">How pixels become the model's input.</param>
/// <param name="shape">Shape of one image of the model.</param>
internal sealed class EvidenceImages(EvidenceArguments arguments, Preprocessing preprocessing, IReadOnlyList<long> shape)
{
    /// <summary>Reads everything.</summary>
    /// <exception cref="SaliencyException">SAL2510 to SAL2513, SAL2110: a file cannot be read. SAL2705: there are not as many masks or groups as images.</exception>
    public IReadOnlyList<EvidenceImage> Read()
    {
        var inputs = new ImageFiles(shape.Count).List(arguments.Inputs);
        var masks = Masks();
        var groups = Groups();
        if (masks is not null && masks.Count < inputs.Count) throw TooFew("--masks", arguments.Masks!, masks.Count, inputs.Count);
        if (groups is not null && groups.Count < inputs.Count) throw TooFew("--groups", arguments.Groups!, groups.Count, inputs.Count);
        return [.. inputs.Take(arguments.Images ?? inputs.Count).Select((input, i) =>
            new EvidenceImage((uint)i, input.Name, Pixels(input)) { Mask = masks?[i], Group = groups?[i] })];
    }

    private Tensor Pixels(InputImage input)
    {
        if (input.IsPicture) return input.Prepare(preprocessing, shape);
        var tensor = input.Load();
        if (!HoldsPixels(input.Path)) return tensor;
        // Pictures are stored with channels last more often than not; the model's shape tells.
        var last = tensor.Shape is [var h, var w, var c] && shape.Count == 3 && c == shape[0] && !(h == shape[0] && c == shape[2] && w == shape[1]);
        int channels = (int)shape[0], plane = tensor.Data.Length / channels;
        var values = new float[tensor.Data.Length];
        for (var i = 0; i < values.Length; i++)
        {
            int channel = i / plane, pixel = i % plane;
            var raw = tensor.Data[last ? (pixel * channels) + channel : i];
            values[i] = (float)(((raw * preprocessing.Scale) - Of(preprocessing.Mean, channel)) / Of(preprocessing.Std, channel));
        }
        int[] size = last ? [channels, tensor.Shape[0], tensor.Shape[1]] : tensor.Shape;
        return new(size, values);
    }

    private static double Of(IReadOnlyList<double> perChannel, int channel) => perChannel[perChannel.Count == 1 ? 0 : channel];

    /// <summary>Whether a .npy file has uint8 elements: then it holds pixels, not a preprocessed image.</summary>
    private static bool HoldsPixels(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[128];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(start, 0, read).Contains("|u1", StringComparison.Ordinal);
    }

    private List<Mask>? Masks()
    {
        if (arguments.Masks is not { } path) return null;
        var all = ReadArray("masks", path);
        int height = all.Shape[^2], width = all.Shape[^1], size = height * width;
        var half = all.Data.Max() / 2;
        return [.. all.Data.Chunk(size).Select(m => new Mask(height, width, Array.ConvertAll(m, v => v > half)))];
    }

    private List<string>? Groups()
    {
        if (arguments.Groups is not { } path) return null;
        if (!path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            return File.Exists(path) ? [.. File.ReadLines(path).Select(l => l.Trim())] : throw InputErrors.NoSuchFile("groups", path);
        return [.. ReadArray("groups", path).Data.Select(v =>
            (int)v < arguments.GroupNames.Count ? arguments.GroupNames[(int)v] : ((int)v).ToString(CultureInfo.InvariantCulture))];
    }

    private static Tensor ReadArray(string what, string path) => File.Exists(path) ? NpyFile.ReadFile(path) : throw InputErrors.NoSuchFile(what, path);

    private static SaliencyException TooFew(string option, string path, int given, int needed) => new(
        "SAL2705", $"{option} '{path}' has {given} entries for {needed} images.", "Give one entry per image, in the order of the images.");
}
