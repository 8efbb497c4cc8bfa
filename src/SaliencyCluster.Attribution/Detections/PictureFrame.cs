namespace SaliencyCluster.Attribution.Detections;

/// <summary>
/// Where a picture lies in the model's input: <c>xModel = xPicture * ScaleX + OffsetX</c>, and so for y. Coordinates are
/// continuous: pixel 0 reaches from 0 to 1.
/// </summary>
/// <param name="Width">Columns of the picture.</param>
/// <param name="Height">Rows of the picture.</param>
/// <param name="ScaleX">Columns of the model per column of the picture.</param>
/// <param name="ScaleY">Rows of the model per row of the picture.</param>
/// <param name="OffsetX">Where the picture's left edge lies.</param>
/// <param name="OffsetY">Where its upper edge lies.</param>
public sealed record PictureFrame(int Width, int Height, double ScaleX, double ScaleY, double OffsetX, double OffsetY)
{
    internal Box ToModel(Box box) =>
        new(box.X0 * ScaleX + OffsetX, box.Y0 * ScaleY + OffsetY, box.X1 * ScaleX + OffsetX, box.Y1 * ScaleY + OffsetY);

    internal Box ToPicture(Box box) =>
        new((box.X0 - OffsetX) / ScaleX, (box.Y0 - OffsetY) / ScaleY, (box.X1 - OffsetX) / ScaleX, (box.Y1 - OffsetY) / ScaleY);
}
