using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Grains.Aggregation;

/// <summary>Writes for watchers how far an image is.</summary>
internal static class ImageProgresses
{
    public static ImageProgress Of(long version, RunProgress progress, ImageOutcome? outcome, MapEstimate? preview) => new()
    {
        Version = version,
        PointsDone = progress.PointsDone,
        PointsPlanned = progress.PointsPlanned,
        Target = outcome?.Result?.Target,
        Label = outcome?.Result?.Label,
        Score = outcome?.Result?.Score,
        PartialMap = preview is null ? null : PooledTensor.Of(preview.Map.Shape, preview.Map.Data),
        ConvergenceDelta = preview?.ConvergenceDelta,
        StandardError = preview?.StandardError,
        ErrorEstimate = preview?.ErrorEstimate,
        Outcome = outcome,
    };
}
