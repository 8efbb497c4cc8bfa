using SaliencyCluster.Attribution.Detections;

namespace SaliencyCluster.Evaluation.Metrics.Localization;

/// <summary>Where the object is.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Inside">Whether each pixel belongs to the object, rows first.</param>
public sealed record Mask(int Height, int Width, bool[] Inside)
{
    /// <summary>Gets the number of pixels of the object.</summary>
    public int Count => Inside.Count(i => i);

    /// <summary>Gets the share of the picture that the object covers: what a map without any knowledge scores.</summary>
    public double Share => (double)Count / Inside.Length;

    /// <summary>Makes a mask of boxes: every pixel whose centre lies in one of them.</summary>
    public static Mask Of(IReadOnlyList<Box> boxes, int height, int width)
    {
        var inside = new bool[height * width];
        for (var i = 0; i < inside.Length; i++)
        {
            var (x, y) = ((i % width) + 0.5, (i / width) + 0.5);
            inside[i] = boxes.Any(b => x >= b.X0 && x < b.X1 && y >= b.Y0 && y < b.Y1);
        }
        return new(height, width, inside);
    }

    /// <summary>Makes a mask of a plane: every pixel above half of the greatest value.</summary>
    public static Mask Of(Attribution.Planes.Plane plane)
    {
        var half = plane.Values.Max() / 2;
        return new(plane.Height, plane.Width, Array.ConvertAll(plane.Values, v => v > half));
    }
}
