using System.Globalization;
using System.Text;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.HeatMaps;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>
/// Writes what was drawn: <c>OUT/&lt;unit&gt;/restart-N.png</c> and <c>.npy</c>, <c>strip.png</c> and <c>result.json</c>, and of all
/// units <c>grid.png</c> and <c>report.html</c>. What is said of a picture is measured on the file, read back.
/// </summary>
internal sealed class DrawingFolder(
    CliHost host, string root, string model, ModelInput input, ImageLayout layout, bool animates, DrawingPage page)
{
    private const int FrameWidth = 112, GridWidth = 192;

    private readonly ResultFolder _folder = new(host, root);
    private readonly List<DrawingDocument> _all = [];
    private readonly List<(string Caption, byte[] Picture)> _grid = [];
    private readonly List<SaliencyException> _failures = [];
    private int _columns = 1;

    /// <summary>Gets a name that a folder may have.</summary>
    public static string SafeName(string name) =>
        string.Concat(name.Trim('/').Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '@' or ',' or ' ' ? c
            : '-')) is var safe
            && safe.Trim('.', ' ').Length > 0 ? safe : "unit";

    /// <summary>Writes a task's restarts.</summary>
    public async Task WriteAsync(
        IStudio studio, DrawingTask task, IReadOnlyList<(Drawing? Drawing, SaliencyException? Failure)> drawn,
            CancellationToken cancellation)
    {
        var (name, inverts) = (SafeName(task.Name), task.Request.Method == "invert");
        var isPicture = task.Image.Shape is [1 or 3, _, _];
        new ResultFolder(host, Path.Combine(root, name)).Create();
        var restarts = new List<RestartDocument>();
        var (pictures, looks, strip) = (new List<byte[]>(), new List<Look>(), new List<(string, byte[])>());
        if (inverts && isPicture && _grid.Count == 0)
        {
            _grid.Add(("given", PictureEncoder.Png(input.Preprocessing.Undo(task.Image))));
            _folder.Write("given.png", _grid[0].Picture);
            page.Give(task.Image);
        }
        foreach (var (number, (drawing, failure)) in drawn.Index())
        {
            if (drawing is null)
            {
                _failures.Add(failure!);
                if (!host.Json) ErrorPrinter.Print(host, failure!);
                continue;
            }
            var file = Path.Combine(name, $"restart-{number + 1}");
            _folder.Write(file + ".npy", NpyFile.Write(drawing.End.ToOwn(layout)));
            var seen = drawing.End;
            if (isPicture)
            {
                var picture = input.Preprocessing.Undo(drawing.End);
                _folder.Write(file + ".png", PictureEncoder.Png(picture));
                // What is said of it is true of the file.
                var saved = PictureDecoder.Decode(PictureEncoder.Png(picture), file + ".png");
                pictures.Add(saved.Rgb);
                seen = (input.Preprocessing with { Resize = new(ResizeMode.None) }).Apply(saved, [.. drawing.End.Shape.Select(d =>
                    (long)d)], input.Name);
            }
            var look = await studio.LookAsync(task, drawing, seen, cancellation);
            looks.Add(look);
            var document = RestartDocument.Of(number, file, isPicture, animates, drawing, look, inverts);
            restarts.Add(document);
            if (isPicture)
            {
                var frames = document.Frames.Select((_, i) => input.Preprocessing.Undo(drawing.Frame(i))).ToList();
                strip.AddRange(document.Frames.Zip(frames).Select(f => (
                    $"{f.First.Step}: {Number(inverts ? f.First.RelativeError!.Value : f.First.Score)}", PictureEncoder.Png(f.Second))));
                if (animates) _folder.Write($"{file}-steps.png", Animation.Png(frames));
                _grid.Add((Caption(task.Name, document), PictureEncoder.Png(input.Preprocessing.Undo(drawing.End))));
            }
            if (!host.Json) host.Out.WriteLine($"{task.Name} {number + 1}: {Words(document)} -> "
                + $"{Path.Combine(name, $"restart-{number + 1}")}");
        }
        Warn(task, drawn, looks);
        if (restarts.Count == 0) return;
        if (strip.Count > 0) _folder.Write(Path.Combine(name, "strip.png"), Montage.Png(strip, restarts[0].Frames.Count, FrameWidth));
        _columns = Math.Max(_columns, drawn.Count);
        var result = new DrawingDocument(
            model, task.Request.Method, task.Name, drawn.Select(d => d.Drawing?.Target).First(t => t is not null)!,
            drawn.Select(d => d.Drawing?.Parameters).First(p => p is not null)!, restarts)
        {
            PixelDistances = pictures.Count > 1 ? Distances.Of(pictures.Count, (i, j) => Distances.Pixels(pictures[i], pictures[j])) : null,
            FeatureDistances = looks.Count > 1 && looks[0].Features.Length > 0
                ? Distances.Of(looks.Count, (i, j) => Distances.Relative(looks[i].Features, looks[j].Features)) : null,
            FeatureLayer = looks[0].FeatureLayer, Spectrum = task.Spectrum,
        };
        _all.Add(result);
        _folder.WriteJson(Path.Combine(name, "result.json"), result);
        page.Add(result, Wanted(task, result.Target), studio.Cost(task, drawn.Count), [.. drawn.Select(d => d.Drawing).OfType<Drawing>()],
            isPicture);
        if (!host.Json && result.PixelDistances is { } apart)
            host.Out.WriteLine($"{task.Name}: restarts differ by {Span(apart)} of 255 in "
                + $"pixels{(result.FeatureDistances is { } f ? $", by {Span(f)} of their length in '{result.FeatureLayer}'" : "")}");
    }

    /// <summary>Writes what belongs to all, and gets the exit code.</summary>
    public int Finish()
    {
        if (_grid.Count > 0) _folder.Write("grid.png", Montage.Png(_grid, _all.Count > 1 && _columns > 1 ? _columns
            : Math.Min(_grid.Count, 8), GridWidth));
        if (page.Write(_all.Any(d => d.Method == "invert"), _failures, host) is { } html)
            _folder.Write("report.html", Encoding.UTF8.GetBytes(html));
        if (host.Json) JsonPrinter.Print(host.Out, new { Out = root, Units = _all, Failures = _failures.Select(f => new { f.Code, f.What,
            f.Next }) });
        return _failures.Count == 0 ? ExitCode.Ok : ExitCode.Of(_failures[0].Code);
    }

    private static int? Wanted(DrawingTask task, string target) =>
        task.Request.Method == "maximize" && task.Request.Output is null && TargetSpec.Parse(target).Indices is [{ } wanted]
            ? wanted : null;

    // A class that the model does not see in its own picture: the ascent stayed where it began.
    private void Warn(DrawingTask task, IEnumerable<(Drawing? Drawing, SaliencyException? Failure)> drawn, List<Look> looks)
    {
        var targets = drawn.Select(d => d.Drawing?.Target).OfType<string>();
        var missed = host.Json ? 0
            : looks.Zip(targets).Count(p => p.First.Class is { } found && Wanted(task, p.Second) is { } wanted && wanted != found);
        if (missed > 0)
            host.Error.WriteLine(
                $"note: {missed} of {looks.Count} pictures of '{task.Name}' are something else to the model: the ascent ended in a local "
                + "maximum. Start elsewhere (--start 3, another --seed), or aim at the probability (--aim probability).");
    }

    private static string Caption(string name, RestartDocument restart) => restart.RelativeError is { } error
        ? $"{name} {error.ToString("P1", CultureInfo.InvariantCulture)}"
        : restart.Probability is { } p && restart.Class is { } found
            ? $"{name}: {restart.Label ?? $"{found}"} {p.ToString("P1", CultureInfo.InvariantCulture)}" : name;

    private static string Words(RestartDocument restart)
    {
        var words = new List<string>();
        if (restart.RelativeError is { } error) words.Add($"relative error {error.ToString("P2", CultureInfo.InvariantCulture)} saved");
        else if (restart.SavedScore is { } score) words.Add($"score {Number(restart.Frames[0].Score)} -> {Number(score)} saved");
        else words.Add($"score {Number(restart.Frames[0].Score)} -> {Number(restart.Frames[^1].Score)}");
        if (restart.Class is { } found)
            words.Add($"the model says {restart.Label ?? $"class {found}"}"
                + (restart.Probability is { } p ? " " + p.ToString("P2", CultureInfo.InvariantCulture) : ""));
        return string.Join(", ", words);
    }

    private static string Span(double[][] distances)
    {
        var all = distances.SelectMany((row, i) => row.Where((_, j) => j < i)).ToList();
        return all.Count == 1 ? Number(all[0]) : $"{Number(all.Min())} to {Number(all.Max())}";
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
