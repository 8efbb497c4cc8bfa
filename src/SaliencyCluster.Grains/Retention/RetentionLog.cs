using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Retention;

/// <summary>Log events of the collection, 3301 to 3399.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(EventId = 3301, Level = LogLevel.Information, Message = "Removed {Jobs} ended jobs and {Blobs} blobs of {Bytes} bytes that nothing refers to; {Kept} blobs stay")]
    public static partial void Collected(this ILogger logger, int jobs, long blobs, long bytes, long kept);

    [LoggerMessage(EventId = 3302, Level = LogLevel.Warning, Message = "The collection of blobs could not be finished; it begins anew in {Period}")]
    public static partial void CollectionEnded(this ILogger logger, TimeSpan period, Exception cause);

    [LoggerMessage(EventId = 3304, Level = LogLevel.Warning, Message = "What the ended work of page {Page} refers to cannot be read; it is listed again")]
    public static partial void ReferencesUnreadable(this ILogger logger, string page, Exception cause);

    [LoggerMessage(EventId = 3303, Level = LogLevel.Warning, Message = "The image list of {Job} cannot be read; what only it names is not kept")]
    public static partial void ListUnreadable(this ILogger logger, string job, Exception cause);

    [LoggerMessage(EventId = 3305, Level = LogLevel.Warning, Message = "Ended {Work} could not be removed; the next sweep tries it again")]
    public static partial void WorkNotRemoved(this ILogger logger, string work, Exception cause);
}
