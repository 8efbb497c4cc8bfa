using System.Numerics;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Chooses micro-batch and shard size from request and model alone, never from the cluster: they are part of the answer's recipe.</summary>
public static class WorkSize
{
    // One 224x224 colour image on one CPU core, gradient of a ResNet-18: the yardstick of the guesses below.
    private const double YardstickElements = 3 * 224 * 224, YardstickSeconds = 0.04;

    /// <summary>Chooses how many points one session run evaluates.</summary>
    /// <remarks>
    /// Small images need larger batches to outweigh the cost of a run; large ones are faster from the cache with few, and the first run of
    /// a session costs several when its memory is large. The batch is then shrunk so that the last one is as full as the others.
    /// </remarks>
    /// <param name="model">What is known of the model; without a free batch the answer is 1.</param>
    /// <param name="plannedPoints">Points of one image.</param>
    public static int MicroBatch(ModelSummary model, int plannedPoints)
    {
        if (!model.FreeBatch) return 1;
        var most = Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)(YardstickElements * 2 / Elements(model) + 1)) / 2, 1, 32);
        most = Math.Max(most, Elements(model) <= YardstickElements ? 4 : 1);
        var runs = (Math.Max(plannedPoints, 1) + most - 1) / most;
        return (Math.Max(plannedPoints, 1) + runs - 1) / runs;
    }

    /// <summary>Chooses how many points make a shard: a power of two times the micro-batch, so that it does not show in the bits of the sum.</summary>
    /// <remarks>Aims at an eighth of the work of one image, but at least 50 ms and at most 1 s of a CPU core, judged by the image's size.</remarks>
    public static int ShardPoints(ModelSummary model, int plannedPoints, int microBatch)
    {
        var secondsPerPoint = Elements(model) / YardstickElements * YardstickSeconds;
        var seconds = Math.Clamp(secondsPerPoint * plannedPoints / 8, 0.05, 1);
        var batches = Math.Clamp(seconds / (secondsPerPoint * microBatch), 1, 1 << 20);
        return microBatch << BitOperations.Log2((uint)batches);
    }

    // A free height or width is taken as 224.
    private static double Elements(ModelSummary model) => model.ImageShape.Aggregate(1.0, (n, d) => n * (d < 0 ? 224 : d));
}
