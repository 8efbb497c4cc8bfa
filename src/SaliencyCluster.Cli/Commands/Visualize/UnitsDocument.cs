using System.Text.Json.Serialization;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Cli.Inputs;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What is said of a layer's channels in <c>units.json</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Layer">The tensor.</param>
/// <param name="Shape">Its shape at the first image, channels first.</param>
/// <param name="Images">How many images were looked at.</param>
/// <param name="Class">The class as it was named; null where none was asked for.</param>
/// <param name="ReceptiveField">What a place depends on; null where that may be the whole image, or the graph is not at hand.</param>
/// <param name="Channels">All channels.</param>
/// <param name="Drawn">Those that are drawn, in the order of the pictures.</param>
/// <param name="Failures">Images that could not be looked at.</param>
internal sealed record UnitsDocument(
    string Model, string Layer, IReadOnlyList<int> Shape, int Images,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Class,
    GridDocument? ReceptiveField, IReadOnlyList<UnitDocument> Channels, IReadOnlyList<int> Drawn, IReadOnlyList<FailureDocument> Failures);

/// <summary>What a place of a layer depends on.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Columns">The columns.</param>
internal sealed record GridDocument(FieldDocument Rows, FieldDocument Columns);

/// <summary>Place p depends on <c>size</c> pixels from <c>first + p * step</c> on.</summary>
/// <param name="Step">From place to place.</param>
/// <param name="First">The first pixel of place 0; below 0 it lies in padding.</param>
/// <param name="Size">How many.</param>
internal sealed record FieldDocument(double Step, double First, double Size)
{
    public static FieldDocument Of(FieldAxis axis) => new(axis.Step, axis.First, axis.Last - axis.First + 1);
}

/// <summary>What is said of a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Mean">The mean over all images of its greatest activation.</param>
/// <param name="Best">The images that it answers to most.</param>
internal sealed record UnitDocument(int Channel, double Mean, IReadOnlyList<HitDocument> Best)
{
    /// <summary>Gets the mean over all images of what the class's score loses without the channel.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Loss { get; init; }

    /// <summary>Gets the standard error of that mean.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LossError { get; init; }

    public static UnitDocument Of(UnitLook look, IReadOnlyList<InputImage> images) => new(
        look.Channel, look.Mean, [.. look.Best.Select(h => new HitDocument(images[h.Index].Name, h.Value, h.Row, h.Column, h.Predicted))])
    {
        Loss = look.Loss, LossError = look.LossError,
    };
}

/// <summary>An image that a channel answers to.</summary>
/// <param name="Image">The image.</param>
/// <param name="Value">The channel's greatest activation.</param>
/// <param name="Row">Where it is on the layer's grid.</param>
/// <param name="Column">Where it is.</param>
/// <param name="Predicted">What the model says of the image.</param>
internal sealed record HitDocument(string Image, double Value, int Row, int Column, string Predicted);

/// <summary>An image that could not be looked at.</summary>
internal sealed record FailureDocument(string Image, string Code, string What, string Next);
