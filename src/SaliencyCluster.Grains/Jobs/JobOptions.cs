using Microsoft.Extensions.Options;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>How jobs run.</summary>
public sealed record JobOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Jobs";

    /// <summary>Gets the most memory that the in-flight images of a gateway may keep, in MiB, whatever their number, size and method.</summary>
    /// <value>From 64 to 1,048,576, or 0 for a quarter of the memory that the process may use. The default is 0.</value>
    public int ImageMemoryMegabytes { get; init; }

    /// <summary>Gets <see cref="ImageMemoryMegabytes"/> in bytes.</summary>
    internal long ImageMemoryBytes => ImageMemoryMegabytes > 0 ? (long)ImageMemoryMegabytes << 20 : Math.Max(1 << 26, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Gets the most memory that the images of a gateway's evaluations may take, in MiB; those of one tenant half of it.</summary>
    /// <value>From 64 to 1,048,576, or 0 for half of the memory that the process may use. The default is 0.</value>
    public int EvaluationMemoryMegabytes { get; init; }

    /// <summary>Gets <see cref="EvaluationMemoryMegabytes"/> in bytes.</summary>
    internal long EvaluationMemoryBytes => EvaluationMemoryMegabytes > 0
        ? (long)EvaluationMemoryMegabytes << 20 : Math.Max(1 << 26, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>Gets the most images of one job that are in flight at a time; how many a gateway holds is bounded by their memory.</summary>
    /// <value>From 1 to 4096. The default is 256.</value>
    public int MaxActiveImages { get; init; } = 256;

    /// <summary>Gets the images of one job that are under way per device of its pool, so that devices never wait for the next image.</summary>
    /// <value>From 1 to 256. The default is 8.</value>
    public int ActiveImagesPerDevice { get; init; } = 8;

    /// <summary>Gets how often a job asks its active images whether they still live.</summary>
    /// <value>From 0.1 s to 1 min. The default is 3 s.</value>
    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets how much work an image may lose when its gateway dies.</summary>
    /// <value>From 0.1 s to 10 min. The default is 10 s.</value>
    public TimeSpan CheckpointPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how often an image, a job or an evaluation may meet a fault of the cluster itself, an error without a code, before it fails
    /// with SAL3099.</summary>
    /// <value>From 1 to 20. The default is 5.</value>
    public int FaultAttempts { get; init; } = 5;

    /// <summary>Gets the pause after the first such fault; each further one doubles it, up to a minute.</summary>
    /// <value>From 10 ms to 1 min. The default is 3 s.</value>
    public TimeSpan FaultPause { get; init; } = TimeSpan.FromSeconds(3);
}

internal sealed class JobOptionsValidator : IValidateOptions<JobOptions>
{
    public ValidateOptionsResult Validate(string? name, JobOptions o) => new OptionRules(JobOptions.Section)
        .Within(nameof(o.MaxActiveImages), o.MaxActiveImages, 1, 4096)
        .Check(o.ImageMemoryMegabytes is 0 or (>= 64 and <= 1 << 20), nameof(o.ImageMemoryMegabytes), o.ImageMemoryMegabytes, "0, or from 64 to 1048576")
        .Check(o.EvaluationMemoryMegabytes is 0 or (>= 64 and <= 1 << 20), nameof(o.EvaluationMemoryMegabytes), o.EvaluationMemoryMegabytes,
            "0, or from 64 to 1048576")
        .Within(nameof(o.ActiveImagesPerDevice), o.ActiveImagesPerDevice, 1, 256)
        .Within(nameof(o.HeartbeatPeriod), o.HeartbeatPeriod, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
        .Within(nameof(o.CheckpointPeriod), o.CheckpointPeriod, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(10))
        .Within(nameof(o.FaultAttempts), o.FaultAttempts, 1, 20)
        .Within(nameof(o.FaultPause), o.FaultPause, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))
        .Result;
}
