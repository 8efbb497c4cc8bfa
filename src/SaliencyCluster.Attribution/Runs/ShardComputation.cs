using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;

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
        var sums = new ShardSums(round, shard, layout, [.. runner.Graph.MapShape.Select(d => (int)d)]);
        if (runner.DevicePoints is { } device)
            return OnDevice(round, shard, image, storedBaselines, runner, device, layout, sums, cancellation);
        var factory = new PointFactory(round.Recipe, image, storedBaselines);
        OutputGradients.Fill(
            round.Similarity is null ? round.Target : null, runner.Graph.OutputShape, runner.OutputGradients, round.Against);
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

    // The graph makes the points itself: what is written here is a few numbers of each.
    private static Partial OnDevice(
        Round round, ShardSpec shard, Tensor image, IReadOnlyList<Tensor> storedBaselines, IGraphRunner runner, IDevicePoints device,
        MicroBatchLayout layout, ShardSums sums, CancellationToken cancellation)
    {
        var batches = layout.Cut(shard.Count).ToArray();
        // A single map comes back as it is; samples that must be told apart are told apart here.
        var isSummedThere = batches.Length > 1 && runner.Graph.MapShape.Count > 0 && round.Reduction == PointReduction.WeightedSum
            && (!round.Squares || layout.SquaresOnDevice);
        var graph = runner.Graph;
        device.Begin(
            round, image, () => DeviceForm.Placed(round, image, storedBaselines, graph.Spec.Points!, graph.OutputShape),
            isSummedThere ? batches.Length : 0);
        foreach (var (first, count) in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = shard.First + first;
            for (var b = 0; b < round.MicroBatch; b++)
                DeviceForm.Write(round, round.Points[start + Math.Min(b, count - 1)], image.Shape, device, b);
            FillWeights(round, start, count, layout, runner.Weights);
            device.Run(round.Outputs, cancellation);
            if (isSummedThere) sums.TakeNumbers(runner, first, count);
            else sums.Take(runner, first, count);
        }
        return isSummedThere ? sums.ToPartial(runner.Partial.ToArray(), runner.PartialSquared.ToArray()) : sums.ToPartial();
    }

    private static void FillPoints(Round round, int start, int count, PointFactory factory, IGraphRunner runner)
    {
        var (size, factor) = (runner.Points.Length / round.MicroBatch, runner.Multipliers.Length / round.MicroBatch);
        for (var b = 0; b < round.MicroBatch; b++)
        {
            // The rest of the last micro-batch repeats its last point, with weight 0.
            var point = round.Points[start + Math.Min(b, count - 1)];
            var target = runner.Points.Slice(b * size, size);
            if (b < count) factory.Build(point, target);
            else runner.Points.Slice((count - 1) * size, size).CopyTo(target);
            // A runtime may drop the image from a graph behind a layer that nothing goes around.
            if (round.Recipe.Multiplier != MultiplierKind.None && (factor > 0 || !round.BehindLayer))
                factory.BuildMultiplier(point, target, runner.Multipliers.Slice(b * factor, factor));
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
