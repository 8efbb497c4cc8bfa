using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Work;

/// <summary>Log events of the life of work, among those of jobs.</summary>
internal static partial class WorkLog
{
    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "Job {Job} could not be reached; it is woken again, later each time")]
    public static partial void JobNotReached(this ILogger logger, string job, Exception cause);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning, Message = "{Work} was not accepted and is counted all the same; that ends in a few seconds")]
    public static partial void WorkNotWithdrawn(this ILogger logger, string work, Exception cause);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Warning, Message = "{Work} is deleted and something of it is left; that goes in a few seconds")]
    public static partial void WorkNotPurged(this ILogger logger, string work, Exception cause);
}
