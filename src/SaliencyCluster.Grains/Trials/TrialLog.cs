using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Trials;

/// <summary>Log events of trials, 3701 to 3799.</summary>
internal static partial class TrialLog
{
    [LoggerMessage(EventId = 3701, Level = LogLevel.Warning, Message =
        "Model {Model} is quarantined: it ended {Ended} processes that ran it, the last time: {What} "
        + "It is refused with SAL4021 until an administrator releases it")]
    public static partial void Quarantined(this ILogger logger, string model, int ended, string what);

    [LoggerMessage(EventId = 3702, Level = LogLevel.Information, Message = "Model {Model} is released from its quarantine")]
    public static partial void Released(this ILogger logger, string model);

    [LoggerMessage(EventId = 3703, Level = LogLevel.Warning, Message =
        "No gateway keeps which models end processes; {Worker} runs models all the same, and asks again in {Seconds:0} s")]
    public static partial void TrialsNotKept(this ILogger logger, string worker, double seconds, Exception cause);
}
