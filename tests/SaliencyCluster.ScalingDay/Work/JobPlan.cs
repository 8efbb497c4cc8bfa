namespace SaliencyCluster.ScalingDay.Work;

/// <summary>A job of the day.</summary>
/// <param name="At">Seconds after midnight.</param>
/// <param name="Model">Its model: decides how many points a device does in a second.</param>
/// <param name="Images">Images.</param>
/// <param name="PointsPerImage">Points of each image.</param>
internal sealed record JobPlan(double At, string Model, int Images, int PointsPerImage)
{
    public const int ShardPoints = 32;

    /// <summary>Gets the work in seconds of one device.</summary>
    public double DeviceSeconds => Images * PointsPerImage / Speeds.Of(Model);
}

/// <summary>What the devices of the simulation do in a second. The scaler does not know this: it measures.</summary>
internal static class Speeds
{
    public static double Of(string model) => model switch { "small" => 400, "large" => 64, _ => 160 };
}
