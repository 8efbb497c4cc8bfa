using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Registration;

namespace SaliencyCluster.Grains.Jobs;

internal sealed class JobOptionsValidator : IValidateOptions<JobOptions>
{
    public ValidateOptionsResult Validate(string? name, JobOptions o) => new OptionRules(JobOptions.Section)
        .Within(nameof(o.MaxActiveImages), o.MaxActiveImages, 1, 4096)
        .Check(o.ImageMemoryMegabytes is 0 or (>= 64 and <= 1 << 20), nameof(o.ImageMemoryMegabytes), o.ImageMemoryMegabytes, "0, or from 64 to 1048576")
        .Within(nameof(o.ActiveImagesPerDevice), o.ActiveImagesPerDevice, 1, 256)
        .Within(nameof(o.HeartbeatPeriod), o.HeartbeatPeriod, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
        .Within(nameof(o.CheckpointPeriod), o.CheckpointPeriod, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(10))
        .Within(nameof(o.FaultAttempts), o.FaultAttempts, 1, 20)
        .Within(nameof(o.FaultPause), o.FaultPause, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))
        .Result;
}
