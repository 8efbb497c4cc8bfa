namespace SaliencyCluster.Gateway.Limits;

internal static partial class LimitsLog
{
    [LoggerMessage(EventId = 2630, Level = LogLevel.Warning, Message =
        "The room that a failed call had reserved could not be given back; it counts for a day")]
    public static partial void RoomNotReleased(this ILogger logger, Exception cause);

    [LoggerMessage(EventId = 2631, Level = LogLevel.Warning, Message =
        "Blob {Hash} of a failed call could not be removed; the collector removes it")]
    public static partial void BlobNotTakenBack(this ILogger logger, string hash, Exception cause);
}
