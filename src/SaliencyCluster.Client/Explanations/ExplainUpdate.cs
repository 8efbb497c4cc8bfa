using SaliencyCluster.Client.Maps;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Explanations;

/// <summary>What an explanation reports on its way.</summary>
public abstract record ExplainUpdate
{
    /// <summary>The request was accepted.</summary>
    /// <param name="JobId">The job behind the call.</param>
    public sealed record Started(string JobId) : ExplainUpdate;

    /// <summary>How far it is.</summary>
    /// <param name="PointsDone">Points evaluated so far.</param>
    /// <param name="PointsTotal">Points of the rounds that are known.</param>
    /// <param name="WaitingFor">Why it waits, or empty.</param>
    public sealed record Progress(long PointsDone, long PointsTotal, string WaitingFor) : ExplainUpdate
    {
        /// <summary>Gets how far the map so far misses the sum that it should have; null where that is not known (yet).</summary>
        public double? ConvergenceDelta { get; init; }

        /// <summary>Gets the relative standard error of the map so far; null where that is not known (yet).</summary>
        public double? StandardError { get; init; }

        /// <summary>Gets the estimated relative error of the map so far; null where that is not known (yet).</summary>
        public double? ErrorEstimate { get; init; }
    }

    /// <summary>The map as it would be if it ended now.</summary>
    public sealed record Partial(SaliencyMap Map) : ExplainUpdate;

    /// <summary>The answer; always the last update.</summary>
    public sealed record Finished(ExplainedImage Answer) : ExplainUpdate;
}

/// <summary>The answer for one image.</summary>
/// <param name="Result">Everything about it, except the map.</param>
/// <param name="Map">The map; null where the image failed or maps were not asked for.</param>
public sealed record ExplainedImage(ImageResult Result, SaliencyMap? Map)
{
    /// <summary>Gets the standard error of each element, where it was asked for.</summary>
    public SaliencyMap? StandardErrorMap { get; init; }
}
