namespace SaliencyCluster.Attribution.Detections;

/// <summary>A rectangle by its left, upper, right and lower edge.</summary>
public readonly record struct Box(double X0, double Y0, double X1, double Y1)
{
    /// <summary>Gets the area; 0 where edges are in the wrong order.</summary>
    public double Area => Math.Max(0, X1 - X0) * Math.Max(0, Y1 - Y0);

    /// <summary>Gets the area that two share over the area that they cover together; 0 where both are empty.</summary>
    public double Iou(Box other)
    {
        var shared = new Box(Math.Max(X0, other.X0), Math.Max(Y0, other.Y0), Math.Min(X1, other.X1), Math.Min(Y1, other.Y1)).Area;
        var all = Area + other.Area - shared;
        return all > 0 ? shared / all : 0;
    }
}
