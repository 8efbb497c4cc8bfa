using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Registration;

namespace SaliencyCluster.Grains.Scaling;

internal sealed class ScalingOptionsValidator : IValidateOptions<ScalingOptions>
{
    public ValidateOptionsResult Validate(string? name, ScalingOptions o) => new OptionRules(ScalingOptions.Section)
        .Within(nameof(o.TargetDrain), o.TargetDrain, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
        .Within(nameof(o.MaxWorkers), o.MaxWorkers, 1, 10_000)
        .Within(nameof(o.ScaleDownAfter), o.ScaleDownAfter, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1))
        .Within(nameof(o.AssumedPointsPerSecond), o.AssumedPointsPerSecond, 0.001, 1_000_000)
        .Result;
}
