using System.Globalization;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Evaluation.Metrics.Localization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>Images of an evaluation whose objects are marked by boxes: of a detector one for each object, of another model one with a mask
/// of all of its objects.</summary>
/// <param name="path">The file of boxes.</param>
/// <param name="labels">The model's class names, or none.</param>
/// <param name="detects">Whether detections are explained.</param>
internal sealed class MarkedImages(string path, IReadOnlyList<string> labels, bool detects)
{
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private int _used, _bare, _ofUnknown, _outside, _unclassed;

    /// <summary>Reads the images.</summary>
    /// <param name="inputs">The images that were named.</param>
    /// <param name="groups">A group for each of them; null without.</param>
    /// <exception cref="SaliencyException">SAL2536: the file cannot be used.</exception>
    public IReadOnlyList<EvaluatedImage> Read(IReadOnlyList<InputImage> inputs, IReadOnlyList<string>? groups)
    {
        var boxes = BoxFile.Read(path).Index().ToLookup(b => b.Item.Image.Split('/', '\\')[^1]);
        var images = new List<EvaluatedImage>();
        foreach (var (i, input) in inputs.Index())
        {
            string[] names = [.. new[] { Path.GetFileName(input.Path), input.Name }.Distinct()];
            MarkedBox[] marked = [.. names.SelectMany(n => boxes[n]).OrderBy(b => b.Index).Select(b => b.Item)];
            if (marked.Length == 0)
            {
                _bare++;
                continue;
            }
            var image = new EvaluatedImage(0, input.Name, input.Prepare()) { Group = groups?[i] };
            foreach (var one in Of(image, marked, input.Frame())) images.Add(one with { Index = (uint)images.Count });
        }
        _used = detects ? images.Count : _used;
        return images.Count > 0 ? images
            : throw BoxFile.Wrong(path, null, $"it marks nothing in the {inputs.Count} image(s) that were given"
                + $"{(_bare == inputs.Count ? ": images are found by their file name" : "; left out are " + LeftOut())}");
    }

    /// <summary>Says what was taken and what was left out.</summary>
    public string Told => $"{_used} box(es) of '{path}' are compared.{(LeftOut() is { Length: > 0 } left ? $" Left out: {left}." : "")}"
        + (_unclassed > 0 ? " The model has no labels, so classes by name are not compared." : "");

    private string LeftOut() => string.Join("; ", new (int Count, string What)[]
    {
        (_bare, "image(s) without a box"), (_outside, "box(es) outside of what the model sees"),
        (_ofUnknown,
            $"box(es) of classes that the model does not have ({string.Join(", ", _unknown.Take(5))}{(_unknown.Count > 5 ? ", .." : "")})"),
    }.Where(p => p.Count > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Count} {p.What}")));

    private IEnumerable<EvaluatedImage> Of(EvaluatedImage image, IReadOnlyList<MarkedBox> marked, PictureFrame? frame)
    {
        int height = image.Pixels.Shape[^2], width = image.Pixels.Shape[^1];
        var seen = new List<(Box Box, MarkedBox Mark)>();
        foreach (var mark in marked)
        {
            if (frame is not null && mark.Size is var (w, h) && (w, h) != (frame.Width, frame.Height))
            {
                throw BoxFile.Wrong(path, mark.Where, string.Create(
                    CultureInfo.InvariantCulture, $"its image has {w}x{h} pixels by the file, and {frame.Width}x{frame.Height} in fact"));
            }
            var box = frame is null ? mark.Box : Place(mark.Box, frame);
            if (Mask.Of([box], height, width).Count > 0) seen.Add((box, mark));
            else _outside++;
        }
        if (!detects)
        {
            _used += seen.Count;
            if (seen.Count > 0) yield return image with { Mask = Mask.Of([.. seen.Select(s => s.Box)], height, width) };
            yield break;
        }
        foreach (var (i, (box, mark)) in seen.Index())
        {
            if (ClassOf(mark) is not { } name) continue;
            yield return image with
            {
                Name = seen.Count == 1 ? image.Name : string.Create(CultureInfo.InvariantCulture, $"{image.Name} #{i + 1}"),
                Box = string.Create(CultureInfo.InvariantCulture, $"{box.X0},{box.Y0},{box.X1},{box.Y1}")
                    + (name.Length > 0 ? ":" + name : ""),
            };
        }
    }

    // Null for an object that the model cannot find; empty where any class will do.
    private string? ClassOf(MarkedBox mark)
    {
        if (mark.Class is not { } name) return "";
        if (labels.Contains(name) || int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)) return name;
        if (labels.Count == 0)
        {
            _unclassed++;
            return "";
        }
        _unknown.Add(name);
        _ofUnknown++;
        return null;
    }

    private static Box Place(Box box, PictureFrame frame) => new(
        (box.X0 * frame.ScaleX) + frame.OffsetX, (box.Y0 * frame.ScaleY) + frame.OffsetY,
        (box.X1 * frame.ScaleX) + frame.OffsetX, (box.Y1 * frame.ScaleY) + frame.OffsetY);
}
