using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Computes one shard on one device thread: builds points, runs micro-batches, adds them up.</summary>
public static class ShardComputation
{
    /// <summary>Computes a shard.</summary>
    /// <param name="round">The round, or its slice for this shard.</param>
    /// <param name="shard">Which points.</param>
    /// <param name="image">The preprocessed image.</param>
    /// <param name="storedBaselines">Tensors that the recipe's stored baselines refer to; usually empty.</param>
    /// <param name="runner">A runner of the graph of <see cref="Round.Spec"/>.</param>
    /// <param name="cancellation">Looked at between micro-batches.</param>
    /// <returns>Leaf <c>(0, shard.Index)</c>; a pure function of the arguments and the kind of device.</returns>
    public static Partial Run(
        Round round, ShardSpec shard, Tensor image, IReadOnlyList<Tensor> storedBaselines, IGraphRunner runner,
        CancellationToken cancellation)
    {
        var layout = new MicroBatchLayout(round);
        var factory = new PointFactory(round.Recipe, image, storedBaselines);
        var sums = new ShardSums(round, shard, layout, [.. runner.Graph.MapShape.Select(d => (int)d)]);
        Seeds.Fill(round.Target, runner.Graph.OutputShape, runner.Seeds);
        foreach (var (first, count) in layout.Cut(shard.Count))
        {
            cancellation.ThrowIfCancellationRequested();
            var start = shard.First + first;
            FillPoints(round, start, count, factory, runner);
            FillWeights(round, start, count, layout, runner.Weights);
            runner.Run(cancellation);
            sums.Take(runner, first, count);
        }
        return sums.ToPartial();
    }

    private static void FillPoints(Round round, int start, int count, PointFactory factory, IGraphRunner runner)
    {
        var size = runner.Points.Length / round.MicroBatch;
        for (var b = 0; b < round.MicroBatch; b++)
        {
            // The rest of the last micro-batch repeats its last point, with weight 0.
            var point = round.Points[start + Math.Min(b, count - 1)];
            var target = runner.Points.Slice(b * size, size);
            if (b < count) factory.Build(point, target);
            else runner.Points.Slice((count - 1) * size, size).CopyTo(target);
            if (round.Recipe.Multiplier != MultiplierKind.None)
                factory.BuildMultiplier(point, target, runner.Multipliers.Slice(b * size, size));
        }
    }

    private static void FillWeights(Round round, int start, int count, MicroBatchLayout layout, Span<float> weights)
    {
        if (weights.IsEmpty) return;
        weights.Clear();
        for (var b = 0; b < count; b++)
        {
            var row = layout.Rows == 1 ? 0 : b / layout.SamplePoints;
            weights[row * round.MicroBatch + b] = round.Reduction == PointReduction.WeightedSum ? round.Points[start + b].Weight : 1;
        }
    }
}
