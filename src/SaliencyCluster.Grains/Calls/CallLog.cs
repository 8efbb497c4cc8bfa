using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Calls;

/// <summary>Log events of calls between grains, 3501 to 3599.</summary>
internal static partial class CallLog
{
    [LoggerMessage(EventId = 3501, Level = LogLevel.Warning, Message = "The database did not answer in {Interface}.{Method}; whoever called is told SAL9032")]
    public static partial void DatabaseAway(this ILogger logger, string @interface, string method, Exception cause);
}
