using System.Globalization;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary>Tells what became of every image, as lines while it goes on or as one JSON object at the end.</summary>
/// <param name="host">Where to.</param>
/// <param name="compares">Whether an image has several methods, so that lines name them.</param>
internal sealed class ExplainReport(CliHost host, bool compares = false)
{
    private readonly long _started = host.Clock.GetTimestamp();
    private readonly List<ResultDocument> _results = [];
    private readonly List<(string Image, SaliencyException Error)> _failures = [];
    private long _points;

    /// <summary>Points were evaluated; those that methods share are told once.</summary>
    public void Evaluated(long points) => _points += points;

    /// <summary>Gets the exit code: that of the first failure, or 0.</summary>
    public int ExitCode => _failures.Count == 0 ? Errors.ExitCode.Ok : Errors.ExitCode.Of(_failures[0].Error.Code);

    /// <summary>Gets what became of images that could not be explained.</summary>
    public IReadOnlyList<(string Image, SaliencyException Error)> Failures => _failures;

    /// <summary>An image is explained and its files are written.</summary>
    public void Done((ResultDocument Result, string Folder) image, ProgressDisplay progress)
    {
        var (result, folder) = image;
        _results.Add(result);
        if (host.Json) return;
        foreach (var note in result.Notes ?? []) progress.Above(() => host.Error.WriteLine($"note: {result.Image}: {note}"));
        var target = result.Detection is { } found ? Described(found) : result.Label is null ? result.Target
            : $"{result.Target} ({result.Label})";
        progress.Above(() => host.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Image}{(compares ? " " + result.Method : "")}: target {target}, score {result.Score:G5}, {result.Points} points in {result.Seconds:F2} s -> {folder}")));
    }

    private static string Described(Detection found) => string.Create(
        CultureInfo.InvariantCulture,
        $"detection {(found.Number is { } number ? $"{number} of {found.Of}" : "that a better one covers")}, {found.Label ?? $"class "
            + $"{found.Class}"} {found.Score:F3} at {string.Join(',',
                found.Box.Select(v => v.ToString("0.#", CultureInfo.InvariantCulture)))}{(found.Iou is { } iou
                    ? string.Create(CultureInfo.InvariantCulture, $" (IoU {iou:F2})") : "")}");

    /// <summary>Tells what is no error; nothing where it is null.</summary>
    public void Note(string? text)
    {
        if (text is not null && !host.Json) host.Error.WriteLine($"note: {text}");
    }

    /// <summary>An image cannot be sent.</summary>
    public void Failed(string image, SaliencyException error)
    {
        _failures.Add((image, error));
        if (!host.Json) ErrorPrinter.Print(host, error);
    }

    /// <summary>An image cannot be explained.</summary>
    public void Failed(string image, SaliencyException error, ProgressDisplay progress)
    {
        _failures.Add((image, error));
        if (!host.Json) progress.Above(() => ErrorPrinter.Print(host, error));
    }

    /// <summary>Prints the summary and returns the exit code: that of the first failure, or 0.</summary>
    public int Finish(string folder)
    {
        var elapsed = host.Clock.GetElapsedTime(_started);
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new
            {
                Out = folder,
                Seconds = elapsed.TotalSeconds,
                Points = _points,
                Images = _results,
                Failures = _failures.Select(f => new { f.Image, f.Error.Code, f.Error.What, f.Error.Next }),
            });
        }
        else
        {
            host.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_results.Count} {(_results.Count == 1 ? "map" : "maps")}, {_points:N0} points in {ProgressText.Time(elapsed)}, {ProgressText.Rate(_points / elapsed.TotalSeconds)} points/s"));
        }
        return ExitCode;
    }
}
