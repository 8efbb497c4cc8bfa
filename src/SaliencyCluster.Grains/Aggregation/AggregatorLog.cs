using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>Log events of aggregators, 3101 to 3199.</summary>
internal static partial class AggregatorLog
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message =
        "A partial sum of image {Image} from {Worker} arrived damaged ({Reason}); its shards will be computed again")]
    public static partial void PartialCorrupt(this ILogger logger, string image, string worker, string reason);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "Image {Image} could not go on; it tries again in {Seconds} s")]
    public static partial void ImageStalled(this ILogger logger, string image, double seconds, Exception cause);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "The checkpoint of image {Image} cannot be used; the image starts anew")]
    public static partial void CheckpointUnusable(this ILogger logger, string image, Exception cause);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Warning, Message =
        "Image {Image} met a fault of the cluster, attempt {Attempt} of {MaxAttempts}; it tries again in {Seconds} s")]
    public static partial void ImageFaulted(this ILogger logger, string image, int attempt, int maxAttempts, double seconds, Exception cause);

    [LoggerMessage(EventId = 3105, Level = LogLevel.Error, Message =
        "Image {Image} met a fault of the cluster at each of {Attempts} attempts and fails with SAL3099")]
    public static partial void ImageGivenUp(this ILogger logger, string image, int attempts, Exception cause);

    [LoggerMessage(EventId = 3106, Level = LogLevel.Warning, Message = "The partial map of image {Image} cannot be made; the explanation goes on")]
    public static partial void PreviewFailed(this ILogger logger, string image, Exception cause);
}
