using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Workers;

/// <summary>Log events of workers, 4101 to 4199.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(EventId = 4101, Level = LogLevel.Information, Message = "{Worker} serves pool {Pool} with {Lanes} lanes")]
    public static partial void WorkerStarted(this ILogger logger, string worker, string pool, int lanes);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Warning, Message = "The queue of pool {Pool} cannot be reached; {Worker} keeps what it holds and tries again")]
    public static partial void QueueNotReached(this ILogger logger, string pool, string worker, Exception cause);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Warning, Message = "Shards {Shards} of image {Image} failed on {Worker} with {Code}")]
    public static partial void LeaseFailed(this ILogger logger, string shards, string image, string worker, string code);

    // The text of an error may hold names that users gave: for those alone who turn it on.
    [LoggerMessage(EventId = 4106, Level = LogLevel.Debug, Message = "Shards {Shards} of image {Image}: {What}")]
    public static partial void LeaseFailure(this ILogger logger, string shards, string image, string what);

    [LoggerMessage(EventId = 4107, Level = LogLevel.Information, Message = "Model {Model} was served before the restart and is open again")]
    public static partial void ServedAgain(this ILogger logger, string model);

    [LoggerMessage(EventId = 4108, Level = LogLevel.Information, Message =
        "Model {Model} was served before the restart and is not opened before it is asked for again")]
    public static partial void NotServedAgain(this ILogger logger, string model, Exception cause);

    [LoggerMessage(EventId = 4104, Level = LogLevel.Information, Message = "{Worker} leaves: it finishes {Leases} leases and takes no more")]
    public static partial void Draining(this ILogger logger, string worker, int leases);

    [LoggerMessage(EventId = 4105, Level = LogLevel.Information, Message = "{Worker} has left; {Returned} leases were returned unfinished")]
    public static partial void Drained(this ILogger logger, string worker, int returned);
}
