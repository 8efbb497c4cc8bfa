using System.Text.Json.Serialization;
using SaliencyCluster.Attribution.Detections;

namespace SaliencyCluster.Imaging.Sizing;

/// <summary>
/// How a picture's pixels map to a model's input: <c>xModel = xPicture * ScaleX + OffsetX</c>, and so for y.
/// Coordinates are continuous: pixel 0 reaches from 0 to 1, so its centre is at 0.5. The picture is upright, as its EXIF data says.
/// </summary>
/// <param name="PictureHeight">Rows of the picture.</param>
/// <param name="PictureWidth">Columns of the picture.</param>
/// <param name="ModelHeight">Rows of the model's input.</param>
/// <param name="ModelWidth">Columns of the model's input.</param>
/// <param name="ScaleY">Rows of the model per row of the picture.</param>
/// <param name="ScaleX">Columns of the model per column of the picture.</param>
/// <param name="OffsetY">Where the picture's upper edge lies in the model's input; below 0 where it was cut off.</param>
/// <param name="OffsetX">Where its left edge lies.</param>
public sealed record PictureGeometry(
    int PictureHeight, int PictureWidth, int ModelHeight, int ModelWidth, double ScaleY, double ScaleX, double OffsetY, double OffsetX)
{
    /// <summary>Gets a point of the model's input that a point of the picture became; outside where it was cut off.</summary>
    public (double Y, double X) ToModel(double y, double x) => ((y * ScaleY) + OffsetY, (x * ScaleX) + OffsetX);

    /// <summary>Gets the point of the picture that a point of the model's input came from; outside where it is fill.</summary>
    public (double Y, double X) ToPicture(double y, double x) => ((y - OffsetY) / ScaleY, (x - OffsetX) / ScaleX);

    /// <summary>Gets the geometry as boxes are told by it.</summary>
    [JsonIgnore]
    public PictureFrame Frame => new(PictureWidth, PictureHeight, ScaleX, ScaleY, OffsetX, OffsetY);

    /// <summary>Gets whether the model's input is the whole picture and nothing else.</summary>
    [JsonIgnore]
    public bool IsWhole =>
        OffsetY == 0 && OffsetX == 0 && Shown == (0, 0, ModelHeight, ModelWidth) && Math.Round(PictureHeight * ScaleY) <= ModelHeight
        && Math.Round(PictureWidth * ScaleX) <= ModelWidth;

    /// <summary>Gets the rectangle of the model's input that shows the picture, in whole pixels: the rest is fill.</summary>
    [JsonIgnore]
    public (int Top, int Left, int Bottom, int Right) Shown => (
        Within(OffsetY, ModelHeight), Within(OffsetX, ModelWidth),
        Within(OffsetY + (PictureHeight * ScaleY), ModelHeight), Within(OffsetX + (PictureWidth * ScaleX), ModelWidth));

    private static int Within(double edge, int size) => (int)Math.Clamp(Math.Round(edge), 0, size);
}
