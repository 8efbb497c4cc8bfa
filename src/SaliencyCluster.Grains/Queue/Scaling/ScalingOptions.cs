using Microsoft.Extensions.Options;

namespace SaliencyCluster.Grains.Queue.Scaling;

/// <summary>How many workers the cluster asks for.</summary>
public sealed record ScalingOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Saliency:Scaling";

    /// <summary>Gets in which time the work that is there should be done; a scaler may ask with another one.</summary>
    /// <value>From 1 s to 1 day. The default is 5 min. It should be well above the time that a worker needs to start.</value>
    public TimeSpan TargetDrain { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the most workers that are asked for in one pool; a scaler may ask with another limit.</summary>
    /// <value>From 1 to 10,000. The default is 100.</value>
    public int MaxWorkers { get; init; } = 100;

    /// <summary>Gets how long less work must last before fewer workers are asked for.</summary>
    /// <value>From 5 s to 1 h. The default is 2 min.</value>
    public TimeSpan ScaleDownAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets the points per second that a device is assumed to do of a kind of work that has never been measured.</summary>
    /// <value>From 0.001 to 1,000,000. The default is 10.</value>
    public double AssumedPointsPerSecond { get; init; } = 10;

    /// <summary>Gets how many workers work may ask for that has never been measured: all of them start at once, and not one that measures
    /// first and then, a node's start later, the others.</summary>
    /// <value>From 1 to 10,000. The default is 4.</value>
    public int UnmeasuredWorkers { get; init; } = 4;

    /// <summary>Gets whether the scaler is served without an API key, on <see cref="Port"/> and there alone. KEDA cannot send
    /// one.</summary>
    /// <value>The default is false.</value>
    public bool Anonymous { get; init; }

    /// <summary>Gets the port of a gateway that answers nothing but the scaler, and that without a key; open where
    /// <see cref="Anonymous"/> is set. No proxy should lead to it.</summary>
    /// <value>From 0 (any free port) to 65535. The default is 50052.</value>
    public int Port { get; init; } = 50052;
}

internal sealed class ScalingOptionsValidator : IValidateOptions<ScalingOptions>
{
    public ValidateOptionsResult Validate(string? name, ScalingOptions o) => new OptionRules(ScalingOptions.Section)
        .Within(nameof(o.TargetDrain), o.TargetDrain, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
        .Within(nameof(o.MaxWorkers), o.MaxWorkers, 1, 10_000)
        .Within(nameof(o.ScaleDownAfter), o.ScaleDownAfter, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1))
        .Within(nameof(o.AssumedPointsPerSecond), o.AssumedPointsPerSecond, 0.001, 1_000_000)
        .Within(nameof(o.UnmeasuredWorkers), o.UnmeasuredWorkers, 1, 10_000)
        .Within(nameof(o.Port), o.Port, 0, 65_535)
        .Result;
}
