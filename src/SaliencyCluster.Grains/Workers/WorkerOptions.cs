using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Grains.Workers;

/// <summary>How a worker takes and returns work.</summary>
public sealed record WorkerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Worker";

    /// <summary>Gets the pool that the worker serves.</summary>
    /// <value>The name of a pool. The default is <c>default</c>.</value>
    public string Pool { get; init; } = GrainKeys.DefaultPool;

    /// <summary>Gets how much work one lease should be, in time of the device.</summary>
    /// <value>From 10 ms to 1 min. The default is 0.5 s.</value>
    public TimeSpan LeaseWork { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Gets how long a leaving worker may finish what it holds before it returns the rest.</summary>
    /// <value>From 0 to 1 h. The default is 20 s. The host's shutdown timeout and the grace period of whoever stops the process must be longer.</value>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets how often the worker tells the queue that it lives; a third of the queue's lease time or less.</summary>
    /// <value>From 0.1 s to 1 min. The default is 2 s.</value>
    public TimeSpan ReportPeriod { get; init; } = TimeSpan.FromSeconds(2);
}

internal sealed class WorkerOptionsValidator : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions o) => new OptionRules(WorkerOptions.Section)
        .Check(GrainKeys.IsName(o.Pool), nameof(o.Pool), o.Pool, "1 to 100 letters, digits, '.', '_' or '-'")
        .Within(nameof(o.LeaseWork), o.LeaseWork, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))
        .Within(nameof(o.DrainTime), o.DrainTime, TimeSpan.Zero, TimeSpan.FromHours(1))
        .Within(nameof(o.ReportPeriod), o.ReportPeriod, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
        .Result;
}
