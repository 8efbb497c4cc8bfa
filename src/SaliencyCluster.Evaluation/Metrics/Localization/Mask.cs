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

    /// <summary>Makes a mask of a plane: every pixel above half of the greatest value.</summary>
    public static Mask Of(Attribution.Planes.Plane plane)
    {
        var half = plane.Values.Max() / 2;
        return new(plane.Height, plane.Width, Array.ConvertAll(plane.Values, v => v > half));
    }
}
