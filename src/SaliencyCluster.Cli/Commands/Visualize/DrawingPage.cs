using System.Globalization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Onnx;
using SaliencyCluster.Reporting.Drawings;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>Gathers what <c>report.html</c> shows of drawn images, one unit or layer after another.</summary>
/// <param name="model">The model.</param>
/// <param name="input">How pixels become its input.</param>
/// <param name="units">How many units or layers there will be.</param>
/// <param name="restarts">Images of each.</param>
internal sealed class DrawingPage(string model, ModelInput input, int units, int restarts)
{
    private readonly int _shown = Math.Min(restarts, DrawingReport.Restarts(units));
    private readonly PagePictures _pictures = new(PicturesOf(units, restarts));
    private readonly List<DrawnUnit> _units = [];
    private PagePicture? _given;

    /// <summary>Takes the image that is rebuilt.</summary>
    public void Give(Attribution.Tensor image) => _given = _pictures.Of(input.Preprocessing.Undo(image));

    /// <summary>Takes a unit or layer.</summary>
    /// <param name="said">What is said of it.</param>
    /// <param name="wanted">The class that the pictures should be; null where the unit is none.</param>
    /// <param name="cost">What it cost, in words.</param>
    /// <param name="drawings">Its images, as in <paramref name="said"/>.</param>
    /// <param name="isPicture">Whether they are pictures.</param>
    public void Add(DrawingDocument said, int? wanted, string cost, IReadOnlyList<Drawing> drawings, bool isPicture)
    {
        var inverts = said.Method == "invert";
        var drawn = said.Restarts.Zip(drawings).Select((pair, place) =>
        {
            var (restart, drawing) = pair;
            var frames = restart.Frames.Select((frame, i) => new DrawnFrame(
                frame.Step, frame.RelativeError ?? frame.Score,
                isPicture && place < _shown ? _pictures.Of(input.Preprocessing.Undo(drawing.Frame(i))) : null)).ToList();
            return new DrawnRestart(
                restart.Restart, !isPicture ? null : frames[^1].Picture ?? _pictures.Of(input.Preprocessing.Undo(drawing.End)), frames,
                [.. restart.Trace.Select(score => inverts ? Math.Sqrt(Math.Max(0, -score)) : score)])
            {
                SavedValue = inverts ? restart.RelativeError : restart.SavedScore,
                Class = restart.Class, Label = restart.Label, Probability = restart.Probability,
            };
        }).ToList();
        var seconds = said.Restarts.Sum(r => r.Seconds).ToString("N1", CultureInfo.InvariantCulture);
        _units.Add(new(said.Unit, said.Target, $"{cost}; {seconds} s", said.Spectrum is { } spectrum
            ? said.Parameters.Append(new("spectrum", spectrum)).ToDictionary() : said.Parameters, drawn)
        {
            Wanted = wanted, PixelDistances = said.PixelDistances, FeatureDistances = said.FeatureDistances,
            FeatureLayer = said.FeatureLayer,
        });
    }

    /// <summary>Gets the page; null where nothing was drawn.</summary>
    public string? Write(bool inverts, IEnumerable<SaliencyException> failures, CliHost host) => _units.Count == 0 ? null
        : DrawingReport.Write(
            new(model, inverts, _units) { Given = _given, Failures = [.. failures.Select(f => $"{f.Code}: {f.What} {f.Next}")] },
            CommandText.Of(host));

    // Images on the way, other ends, those of the overview, and the given one.
    private static int PicturesOf(int units, int restarts)
    {
        var shown = Math.Min(restarts, DrawingReport.Restarts(units));
        return (units * ((shown * AscentSpec.MostFrames) + restarts - shown + 1)) + 1;
    }
}
