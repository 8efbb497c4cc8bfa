using System.Text.Json.Serialization;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>The detection whose class score is explained.</summary>
/// <param name="Family">The head's family.</param>
/// <param name="Box">The model's box: left, upper, right, lower edge.</param>
/// <param name="Class">The class index.</param>
/// <param name="Score">What the detection is ranked by: the class probability, times the objectness where there is one.</param>
/// <param name="Row">The row of the model's output, from 0.</param>
public sealed record Detection(string Family, IReadOnlyList<double> Box, int Class, double Score, int Row)
{
    /// <summary>What <see cref="Pixels"/> says where boxes are in a picture, and where in the model's input.</summary>
    public const string Picture = "picture", Input = "input";

    /// <summary>Gets the label of the class, where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>Gets what the box shares with the box that was asked for (intersection over union); null where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Iou { get; init; }

    /// <summary>Gets its place among the detections by score, from 1; null where it was found by a box and is not one of them, since a
    /// better row covers it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Number { get; init; }

    /// <summary>Gets how many detections the image has.</summary>
    public int Of { get; init; }

    /// <summary>Gets the best detections of the image, at most 20, so that another one can be asked for.</summary>
    public IReadOnlyList<ListedDetection> Listed { get; init; } = [];

    /// <summary>Gets how the numbers of the output were read, such as <c>cxcywh, pixels</c>.</summary>
    public string Read { get; init; } = "";

    /// <summary>Gets what the box's coordinates are pixels of: <c>picture</c>, or <c>input</c> where the image came as an array.</summary>
    public string Pixels { get; init; } = "";

    /// <summary>Gets how wide that is, in pixels.</summary>
    public int Width { get; init; }

    /// <summary>Gets how high that is, in pixels.</summary>
    public int Height { get; init; }

    /// <summary>Gets a detection in a model's input as one in the picture that became it.</summary>
    public Detection On(PictureFrame frame)
    {
        return this with
        {
            Box = Map(Box),
            Listed = [.. Listed.Select(d => d with { Box = Map(d.Box) })],
            Pixels = Picture,
            Width = frame.Width,
            Height = frame.Height,
        };

        double[] Map(IReadOnlyList<double> b) => frame.ToPicture(new(b[0], b[1], b[2], b[3])) is var box
            ? [box.X0, box.Y0, box.X1, box.Y1] : [];
    }
}

/// <summary>A detection that could be asked for.</summary>
/// <param name="Number">Its place among the image's detections by score, from 1.</param>
/// <param name="Class">The class index.</param>
/// <param name="Score">What it is ranked by.</param>
/// <param name="Box">The model's box: left, upper, right, lower edge.</param>
public sealed record ListedDetection(int Number, int Class, double Score, IReadOnlyList<double> Box)
{
    /// <summary>Gets the label of the class, where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }
}
