using System.Globalization;
using Google.Protobuf.Collections;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Queue.Scaling;

namespace SaliencyCluster.Gateway.Scaling;

/// <summary>What the metadata of a ScaledObject ask for.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Target">In which time its work should be done.</param>
/// <param name="MaxReplicas">The most workers.</param>
/// <param name="Provider">The provider of the workers' devices, where others serve the pool too; null: all of the pool are scaled.</param>
internal sealed record PoolRequest(string Pool, TimeSpan Target, int MaxReplicas, string? Provider)
{
    private const int LongestDrain = 86_400, ReplicaLimit = 10_000;

    /// <summary>Gets the name of the pool's metric.</summary>
    public string Metric => $"saliency-backlog-{Pool}";

    /// <summary>Reads the metadata; what is missing comes from the options.</summary>
    /// <exception cref="InvalidRequestException">SAL2651, with every wrong key.</exception>
    public static PoolRequest Read(MapField<string, string> metadata, ScalingOptions options)
    {
        var wrong = new List<(string Field, string Problem)>();
        var pool = metadata.TryGetValue("pool", out var given) ? given : GrainKeys.DefaultPool;
        if (!GrainKeys.IsName(pool)) Complain("pool", pool, "1 to 100 letters, digits, '.', '_' or '-'");
        var target = Number("targetDrainSeconds", options.TargetDrain.TotalSeconds, 1, LongestDrain);
        var most = Number("maxReplicas", options.MaxWorkers, 1, ReplicaLimit);
        if (most != Math.Floor(most)) Complain("maxReplicas", most.ToString(CultureInfo.InvariantCulture), "a whole number");
        var provider = metadata.TryGetValue("provider", out var named) ? named : null;
        if (provider is not (null or "cpu" or "cuda" or "tensorrt")) Complain("provider", provider, "cpu, cuda or tensorrt");
        return wrong.Count == 0
            ? new(pool, TimeSpan.FromSeconds(target), (int)most, provider)
            : throw new InvalidRequestException("SAL2651", wrong, "Correct the metadata of the trigger in the ScaledObject.");

        double Number(string key, double missing, double least, double largest)
        {
            if (!metadata.TryGetValue(key, out var text)) return missing;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= largest) return value;
            Complain(key, text, FormattableString.Invariant($"a number from {least} to {largest}"));
            return missing;
        }

        void Complain(string key, string value, string range) => wrong.Add(($"scalerMetadata.{key}", $"The metadata '{key}' is '{value}'; it must be {range}."));
    }
}
