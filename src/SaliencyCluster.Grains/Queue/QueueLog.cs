using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Log events of queues, 3201 to 3299.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning, Message = "{Leases} leases of pool {Pool} ran out or were lost with their process; they run elsewhere")]
    public static partial void LeasesLost(this ILogger logger, string pool, long leases);

    [LoggerMessage(EventId = 3202, Level = LogLevel.Information, Message = "Silo {Silo} has left; its leases of pool {Pool} run elsewhere")]
    public static partial void SiloLeft(this ILogger logger, string silo, string pool);

    [LoggerMessage(EventId = 3203, Level = LogLevel.Information, Message = "An operator wants the devices of {Silo} in pool {Pool} to take no further work: {Drain}")]
    public static partial void DrainWanted(this ILogger logger, string silo, string pool, bool drain);

    [LoggerMessage(EventId = 3205, Level = LogLevel.Debug, Message = "{Device} does not say what it knows of model {Model}")]
    public static partial void InstanceNotReached(this ILogger logger, string device, string model, Exception cause);

    [LoggerMessage(EventId = 3206, Level = LogLevel.Debug,
        Message = "The list of quarantined models cannot be read; it is asked for again")]
    public static partial void QuarantineNotRead(this ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3207, Level = LogLevel.Warning,
        Message = "That model {Model} has ended {Device} cannot be stored; it does not count when models are quarantined")]
    public static partial void EndNotCounted(this ILogger logger, string model, string device, Exception cause);

    [LoggerMessage(EventId = 3204, Level = LogLevel.Warning, Message = "The members of the cluster cannot be watched; they are asked for again in {Seconds} s")]
    public static partial void MembersNotWatched(this ILogger logger, double seconds, Exception cause);
}
