using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Results;

/// <summary>Writes what a gateway sent into the same files as <c>--local</c> writes.</summary>
internal static class WireResults
{
    /// <summary>Writes the files of one map and returns what was written.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="image">What was sent.</param>
    /// <param name="backdrop">The image in greys, where it is at hand; without it the heat map is drawn on white.</param>
    public static (ResultDocument Result, string Folder) Write(ResultFolder folder, ExplainedImage image, Plane? backdrop)
    {
        var (result, map, errors, layout) = Read(image);
        return (result, folder.Write(result,
            ResultStyle.Default.Marking(result.Detection, backdrop).Files(result.Method, map, errors, layout, backdrop)));
    }

    /// <summary>Reads what was sent; maps become channels first, and the layout says how they were.</summary>
    /// <exception cref="SaliencyException">SAL2522: it is not what a gateway of this version sends.</exception>
    public static (ResultDocument Result, Tensor Map, Tensor? Errors, ImageLayout Layout) Read(ExplainedImage image)
    {
        var wire = image.Result;
        var result = new ResultDocument
        {
            Image = SafeName(wire.Name),
            Method = SafeName(wire.Method),
            Parameters = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(wire.Parameters)!.ToDictionary(p => p.Key, p => (object?)p.Value),
            Model = wire.Model,
            ModelHash = wire.ModelSha256,
            Target = wire.Target,
            Label = wire.Label.Length == 0 ? null : wire.Label,
            Score = wire.Score,
            Points = (int)wire.Points,
            BaselineScore = wire.HasBaselineScore ? wire.BaselineScore : null,
            ConvergenceDelta = wire.HasConvergenceDelta ? wire.ConvergenceDelta : null,
            StandardError = wire.HasStandardError ? wire.StandardError : null,
            ErrorEstimate = wire.HasErrorEstimate ? wire.ErrorEstimate : null,
            Seconds = wire.Seconds,
            Workers = wire.Workers.Count,
            Layout = wire.Layout.Length == 0 ? null : wire.Layout,
            Detection = Found(wire.Detection),
            Explained = wire.Explained.Length == 0 ? null : wire.Explained,
            Notes = wire.Notes.Count == 0 ? null : [.. wire.Notes],
        };
        var map = image.Map ?? throw new SaliencyException("SAL2522", $"The gateway sent no map for '{wire.Name}'.", "Check that it is a gateway of this version.");
        var layout = wire.ChannelsLast ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
        var errors = image.StandardErrorMap is { } e ? new Tensor([.. e.Shape], e.Values).ToChannelsFirst(layout) : null;
        return (result, new Tensor([.. map.Shape], map.Values).ToChannelsFirst(layout), errors, layout);
    }

    private static Detection? Found(Protocol.V1.Detection? wire) => wire is null ? null
        : new(wire.Family, [.. wire.Box], wire.Class, wire.Score, wire.Row)
    {
        Label = wire.Label.Length == 0 ? null : wire.Label,
        Iou = wire.HasIou ? wire.Iou : null,
        Number = wire.HasNumber ? wire.Number : null,
        Of = wire.Of,
        Listed = [.. wire.Listed.Select(d =>
            new ListedDetection(d.Number, d.Class, d.Score, [.. d.Box]) { Label = d.Label.Length == 0 ? null : d.Label })],
        Read = wire.Read,
        Pixels = wire.Pixels,
        Width = wire.Width,
        Height = wire.Height,
    };

    /// <summary>Gets the error of an image that has no map; null where it has one.</summary>
    public static SaliencyException? Failure(ExplainedImage image) =>
        image.Result.Failure is { } failure ? new SaliencyException(failure.Code, failure.What, failure.Next) : null;

    // A name becomes a folder, and a gateway is not always one's own.
    private static string SafeName(string name) => name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0
        ? throw new SaliencyException("SAL2522", $"The gateway sent the name '{name}', which is no name for a file or folder.", "Check that it is a gateway of this version.")
        : name;
}
