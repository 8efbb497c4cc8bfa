using Microsoft.Extensions.Options;

namespace SaliencyCluster.Grains.Queue;

/// <summary>How the queue of a pool behaves.</summary>
public sealed record QueueOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Queue";

    /// <summary>Gets how long a lease lasts without a report of its device.</summary>
    /// <value>From 2 s to 10 min. The default is 10 s.</value>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long a ticket lasts without its aggregator offering it again.</summary>
    /// <value>From 5 s to 10 min. The default is 30 s.</value>
    public TimeSpan TicketTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many devices may try a shard before its image fails.</summary>
    /// <value>From 1 to 20. The default is 3.</value>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Gets the least age of a lease before an idle device gets the same shards.</summary>
    /// <value>From 0.1 s to 1 h. The default is 1 s.</value>
    public TimeSpan SpeculateAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many times longer than expected a lease must take before an idle device gets the same shards.</summary>
    /// <value>From 1 to 1000. The default is 3.</value>
    public double SpeculateFactor { get; init; } = 3;
}

internal sealed class QueueOptionsValidator : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions o) => new OptionRules(QueueOptions.Section)
        .Within(nameof(o.LeaseTime), o.LeaseTime, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10))
        .Within(nameof(o.TicketTime), o.TicketTime, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10))
        .Within(nameof(o.MaxAttempts), o.MaxAttempts, 1, 20)
        .Within(nameof(o.SpeculateAfter), o.SpeculateAfter, TimeSpan.FromSeconds(0.1), TimeSpan.FromHours(1))
        .Within(nameof(o.SpeculateFactor), o.SpeculateFactor, 1, 1000)
        .Result;
}
