using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Reduction;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Estimates what a round will give from the shards that have arrived.</summary>
internal static class PartialRound
{
    /// <summary>Scales the sums by the weight that is still missing; missing points score as the image.</summary>
    /// <returns>Null where nothing has arrived or the round cannot be estimated.</returns>
    public static RoundResult? Estimate(Round round, IReadOnlyCollection<Partial> nodes, float imageScore)
    {
        if (round.Reduction == PointReduction.Each || ReductionTree.Combine(nodes, round.Reduction) is not { } known) return null;
        var scores = new float[round.Points.Count];
        scores.AsSpan().Fill(imageScore);
        double arrived = 0, all = round.Points.Sum(p => (double)p.Weight);
        foreach (var node in nodes)
        {
            var first = ReductionTree.First(node) * round.ShardPoints;
            node.Scores.CopyTo(scores, first);
            for (var i = 0; i < node.Scores.Length; i++) arrived += round.Points[first + i].Weight;
        }
        var scale = arrived == 0 ? 1 : (float)(all / arrived);
        return new(Scale(known.Sum, scale), Scale(known.SquaredSum, scale), scores, null);
    }

    private static Tensor? Scale(Tensor? tensor, float scale)
    {
        if (tensor is null) return null;
        var scaled = Tensor.Zeros(tensor.Shape);
        TensorPrimitives.Multiply(tensor.Data, scale, scaled.Data);
        return scaled;
    }
}
