using System.Text.Json.Serialization;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>How a detector's outputs are read: which hold boxes and scores, and what the numbers mean.</summary>
/// <param name="Family">The family, one of <see cref="HeadFamilies"/>.</param>
/// <param name="Boxes">Name of the output with the boxes.</param>
/// <param name="Scores">Name of the output with the class scores, the one that is explained; the same where one output holds both.</param>
/// <param name="Classes">Number of class scores of a row, a background among them; -1 where the model leaves it free.</param>
public sealed record DetectionHead(string Family, string Boxes, string Scores, int Classes)
{
    /// <summary>Gets the output with the class of each row, of detectors that have chosen before; null where every row has a score per
    /// class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClassIds { get; init; }

    /// <summary>Gets the output that says how many rows count; null where all do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Count { get; init; }

    /// <summary>Gets how many numbers at the end of a row are no class scores, such as mask coefficients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Extra { get; init; }

    /// <summary>Gets whether one output holds each place's numbers one after another along its first dimension, <c>[4 + classes,
    /// places]</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Columns { get; init; }

    /// <summary>Gets what was said of the numbers with the family, such as <c>cxcywh</c>; what is not said is found.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Gets the outputs that are looked at before a detection is chosen.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Outputs => [.. new[] { Boxes, Scores, ClassIds, Count }.OfType<string>().Distinct()];

    /// <summary>Gets whether rows overlap, so that those that a better one covers are left out.</summary>
    [JsonIgnore]
    public bool Overlaps => Family is HeadFamilies.YoloV5 or HeadFamilies.YoloV8 or HeadFamilies.YoloX or HeadFamilies.Ssd;

    /// <summary>Gets the number of real classes.</summary>
    /// <param name="labels">The number of labels, which tells whether one of the scores is a background's; 0 where there are none.</param>
    public bool Fits(int labels) => labels == 0 || Classes < 0 || labels == Classes
        || (labels == Classes - 1 && Family is HeadFamilies.Ssd or HeadFamilies.Detr);
}
