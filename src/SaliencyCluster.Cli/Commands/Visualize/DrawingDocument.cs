using System.Text.Json.Serialization;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What is said of a unit or layer in <c>result.json</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method"><c>maximize</c> or <c>invert</c>.</param>
/// <param name="Unit">The unit or layer as it was named.</param>
/// <param name="Target">The elements that were looked at, resolved.</param>
/// <param name="Parameters">The options as resolved.</param>
/// <param name="Restarts">Each image.</param>
internal sealed record DrawingDocument(
    string Model, string Method, string Unit, string Target, IReadOnlyDictionary<string, object?> Parameters,
        IReadOnlyList<RestartDocument> Restarts)
{
    /// <summary>Gets in words where magnitudes that stay are from; null where they change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Spectrum { get; init; }

    /// <summary>Gets how far saved pictures are from each other: root mean square of the difference of pixels, from 0 to 255.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[][]? PixelDistances { get; init; }

    /// <summary>Gets how far they are from each other in a layer: length of the difference over the mean of their lengths.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[][]? FeatureDistances { get; init; }

    /// <summary>Gets that layer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FeatureLayer { get; init; }
}

/// <summary>One image of a unit or layer.</summary>
/// <param name="Restart">Its number, from 1.</param>
/// <param name="Files">Its files, relative to the folder of all results.</param>
/// <param name="Frames">Images on the way: step and score of the image as it is, before it is rounded to 256 values.</param>
/// <param name="Trace">The score of each step: the mean over its moved copies.</param>
/// <param name="Points">Evaluations of the network.</param>
/// <param name="Seconds">Time from start to end.</param>
internal sealed record RestartDocument(
    int Restart, IReadOnlyList<string> Files, IReadOnlyList<FrameDocument> Frames, IReadOnlyList<float> Trace, long Points, double Seconds)
{
    /// <summary>Gets the score of the saved picture, read back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SavedScore { get; init; }

    /// <summary>Gets how far the layer's activations of the saved picture, read back, are from those wanted, over their length.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RelativeError { get; init; }

    /// <summary>Gets the class that the model says of the saved picture, read back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Class { get; init; }

    /// <summary>Gets its name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>Gets its probability.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Probability { get; init; }

    public static RestartDocument Of(
        int number, string file, bool isPicture, bool animates, Drawing drawing, Look look, bool inverts)
    {
        var frames = AscentSpec.FrameSteps(drawing.Trace.Count);
        return new(
            number + 1, !isPicture ? [file + ".npy"] : [file + ".png", file + ".npy", .. animates ? (string[])[file + "-steps.png"] : []],
            [.. drawing.FrameScores.Select((score, i) => new FrameDocument(frames[i], score) { RelativeError = inverts
                ? Math.Sqrt(Math.Max(0, -score)) : null })],
            drawing.Trace, drawing.Points, drawing.Seconds)
        {
            SavedScore = look.Score, RelativeError = inverts && look.Score is { } s ? Math.Sqrt(Math.Max(0, -s)) : null,
            Class = look.Class, Label = look.Label, Probability = look.Probability,
        };
    }
}

/// <summary>An image on the way.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Score">Its score.</param>
internal sealed record FrameDocument(int Step, double Score)
{
    /// <summary>Gets how far the layer's activations are from those wanted, over their length.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RelativeError { get; init; }
}
