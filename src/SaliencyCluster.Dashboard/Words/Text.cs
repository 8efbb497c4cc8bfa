using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Words;

/// <summary>Numbers, sizes and times as people read them.</summary>
public static class Text
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Writes a count with separators: 1,234.</summary>
    public static string Count(double value) => Math.Round(value).ToString("#,0", Culture);

    /// <summary>Writes a rate with as many digits as matter: 0.42, 8.1, 1,234, 12.3k, 4.5M.</summary>
    public static string Rate(double value) => value switch
    {
        0 => "0",
        < 1 => value.ToString("0.00", Culture),
        < 10 => value.ToString("0.0", Culture),
        < 10_000 => Count(value),
        < 1_000_000 => (value / 1000).ToString("0.0", Culture) + "k",
        _ => (value / 1_000_000).ToString("0.0", Culture) + "M",
    };

    /// <summary>Writes a size: 820 KiB, 44.7 MiB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => $"{bytes / 1024} KiB",
        < 1 << 30 => (bytes / (double)(1 << 20)).ToString("0.0", Culture) + " MiB",
        _ => (bytes / (double)(1 << 30)).ToString("0.0", Culture) + " GiB",
    };

    /// <summary>Writes a number of any size with four digits.</summary>
    public static string Number(double value) => value.ToString("G4", Culture);

    /// <summary>Writes a length of time: 0.4 s, 12 s, 3 min 20 s, 5 h 10 min.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.0", Culture) + " s",
        < 90 => Math.Round(seconds).ToString(Culture) + " s",
        < 5400 => $"{(int)seconds / 60} min {(int)seconds % 60} s",
        < 172_800 => $"{(int)seconds / 3600} h {(int)seconds % 3600 / 60} min",
        _ => $"{(int)seconds / 86400} d {(int)seconds % 86400 / 3600} h",
    };

    /// <summary>Writes how long ago something was.</summary>
    public static string Ago(Timestamp? time, DateTimeOffset now) => time is null ? "" : (now - time.ToDateTimeOffset()).TotalSeconds switch
    {
        < 5 => "just now",
        < 90 and var s => $"{(int)s} s ago",
        < 5400 and var s => $"{(int)s / 60} min ago",
        < 172_800 and var s => $"{(int)s / 3600} h ago",
        var s => $"{(int)s / 86400} days ago",
    };

    /// <summary>Writes a shape: 3 × 224 × 224; a free dimension is "any".</summary>
    public static string Shape(IEnumerable<long> shape) => string.Join(" × ", shape.Select(d => d < 0 ? "any" : d.ToString(Culture)));

    /// <summary>Writes a noun after its number: 1 image, 2 images.</summary>
    public static string Of(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>Writes a state of a job.</summary>
    public static string State(JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Paused => "paused",
        JobState.Done => "done",
        JobState.Failed => "failed",
        JobState.Cancelled => "cancelled",
        _ => "unknown",
    };

    /// <summary>Writes a state of an image.</summary>
    public static string State(ImageState state) => state switch { ImageState.Done => "done", ImageState.Failed => "failed", _ => "waiting" };
}
