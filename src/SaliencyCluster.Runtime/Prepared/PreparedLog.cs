using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Runtime.Prepared;

internal static partial class PreparedLog
{
    [LoggerMessage(EventId = 4005, Level = LogLevel.Warning, Message =
        "A prepared graph of {Model} in {Folder} is damaged or foreign; it is removed and made again")]
    public static partial void PreparedGraphUnfit(this ILogger logger, string model, string folder);

    [LoggerMessage(EventId = 4006, Level = LogLevel.Warning, Message =
        "Prepared graphs cannot be kept in {Folder}: {Reason}. Models are prepared anew in every process until this is mended")]
    public static partial void PreparedFolderUnusable(this ILogger logger, string folder, string reason);
}
