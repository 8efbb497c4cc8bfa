using System.Globalization;
using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.ScalingDay.Report;

/// <summary>The day in figures.</summary>
internal static class DayTable
{
    public static string Write(DayResult day, ScalingOptions options, double startSeconds) => string.Join('\n',
    [
        "| figure | value |",
        "|---|---|",
        Row("work of the day, GPU-hours: the least that any scaler could use", $"{day.IdealGpuHours:0.0}"),
        Row("used, with starting and draining", $"{day.GpuHours:0.0} ({day.GpuHours / day.IdealGpuHours:0.00} times the least)"),
        Row("used by a fixed fleet of the largest size that was needed", $"{24 * day.MaxReplicas:0.0} ({24 * day.MaxReplicas / day.IdealGpuHours:0.00} times)"),
        Row("jobs, all ended", $"{day.Jobs}, {day.JobsEnded}"),
        Row("points asked for, counted", $"{day.PointsAsked:N0}, {day.PointsCounted:N0}"),
        Row("points or leases lost to scaling down", $"{day.LostPoints}, {day.LostLeases}"),
        Row("wait of a job for its first sum, median and longest", $"{day.MedianWait:0.0} s, {day.LongestWait:0} s (a worker starts in {startSeconds:0} s)"),
        Row("slowest job against the target of " + $"{options.TargetDrain.TotalMinutes:0} min", $"{day.SlowestJobOverTarget:0.00} times"),
        Row("most workers", $"{day.MaxReplicas}"),
        Row("changes of direction in the day; least time from a step up to a step down", $"{day.Turns}; {day.ShortestStay:0} s"),
    ]);

    private static string Row(string name, FormattableString value) => $"| {name} | {value.ToString(CultureInfo.InvariantCulture)} |";
}
