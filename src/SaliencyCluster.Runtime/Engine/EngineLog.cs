using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Runtime.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(EventId = 4001, Message = "ONNX Runtime: {Message} ({Location})")]
    public static partial void OnnxRuntimeSaid(this ILogger logger, LogLevel level, string message, string location);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message =
        "Loaded {Model} with {Points} points per run on {Device} in {Seconds:F2} s; about {Megabytes} MB")]
    public static partial void SessionLoaded(this ILogger logger, string model, int points, string device, double seconds, long megabytes);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Information, Message =
        "Unloaded {Model} from {Device} to stay within the memory budget; it is loaded again when it is asked for")]
    public static partial void SessionUnloaded(this ILogger logger, string model, string device);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message =
        "Told a run of {Model} on {Device} to end after {Timeout}; whoever asked for it gets SAL4006")]
    public static partial void RunTimedOut(this ILogger logger, string model, string device, TimeSpan timeout);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Critical, Message =
        "{Device} is lost: {What} The worker takes no more work and its liveness check fails, so that it is started again")]
    public static partial void DeviceLost(this ILogger logger, string device, string what);

    [LoggerMessage(EventId = 4006, Level = LogLevel.Error, Message = "{Device} does not compute any more, {Code}: {What} The worker is not ready until it does")]
    public static partial void DeviceFails(this ILogger logger, string device, string code, string what);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Information, Message = "{Device} computes again")]
    public static partial void DeviceAnswers(this ILogger logger, string device);

    [LoggerMessage(EventId = 4008, Level = LogLevel.Error, Message =
        "A run on {Device} does not end {Time} after it was told to; it is left behind, and ends with the process")]
    public static partial void RunNeverEnds(this ILogger logger, string device, TimeSpan time);

    [LoggerMessage(EventId = 4009, Level = LogLevel.Information, Message =
        "A process of its own loaded and ran {Model} for {Device} in {Seconds:F2} s, with up to {Megabytes} MB")]
    public static partial void TrialBehaved(this ILogger logger, string model, string device, double seconds, long megabytes);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning, Message =
        "A process of its own that tried {Model} for {Device} ended after {Seconds:F2} s, with up to {Megabytes} MB: {What}")]
    public static partial void TrialEnded(this ILogger logger, string model, string device, double seconds, long megabytes, string what);
}
