using System.Globalization;

namespace SaliencyCluster.Cli.Progress;

/// <summary>A reading as text: <c>[#####-----] 50% 500/1,000 points, 230 points/s, 2 s left</c>.</summary>
internal static class ProgressText
{
    private const int BarWidth = 20;

    /// <summary>Writes the line of a terminal.</summary>
    public static string Bar(ProgressMeter.Reading reading, string unit)
    {
        if (reading.Total <= 0) return Line(reading, unit);
        var filled = (int)(BarWidth * Math.Min(reading.Done, reading.Total) / reading.Total);
        return $"[{new string('#', filled)}{new string('-', BarWidth - filled)}] {Line(reading, unit)}";
    }

    /// <summary>Writes the line of a log.</summary>
    public static string Line(ProgressMeter.Reading reading, string unit)
    {
        var amount = reading.Total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * Math.Min(reading.Done, reading.Total) / reading.Total}% {reading.Done:N0}/{reading.Total:N0} {unit}")
            : string.Create(CultureInfo.InvariantCulture, $"{reading.Done:N0} {unit}");
        return $"{amount}, {Rate(reading.Rate)} {unit}/s{(reading.Left is { } left ? $", {Time(left)} left" : "")}";
    }

    /// <summary>Writes a rate with three digits.</summary>
    public static string Rate(double rate) => rate.ToString(rate >= 100 ? "N0" : rate >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);

    /// <summary>Writes a time in its two largest units.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        { TotalSeconds: >= 10 } => $"{time.Seconds} s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
    };
}
