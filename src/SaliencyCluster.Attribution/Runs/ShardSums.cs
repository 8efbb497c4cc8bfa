using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>The sums of one shard while its micro-batches are computed.</summary>
internal sealed class ShardSums(Round round, ShardSpec shard, MicroBatchLayout layout, int[] mapShape)
{
    private readonly PairwiseSum _sum = new();
    private readonly PairwiseSum _squares = new();
    private readonly float[] _scores = new float[shard.Count];
    private readonly int _mapSize = mapShape.Aggregate(1, (n, d) => n * d);
    private readonly List<float[]> _each = [];
    private float[]? _outputs;
    private IReadOnlyList<long>? _outputShape;
    private PairwiseSum? _sample; // a sample that is larger than a micro-batch

    public void Take(IGraphRunner runner, int first, int count)
    {
        TakeNumbers(runner, first, count);
        if (mapShape.Length == 0) return;
        switch (round.Reduction)
        {
            case PointReduction.Each: _each.Add(runner.Partial[..(count * _mapSize)].ToArray()); break;
            case PointReduction.NormalizedSquares: TakeNormalized(runner, first, count); break;
            default: TakeWeighted(runner, first, count); break;
        }
    }

    /// <summary>Takes all but maps.</summary>
    public void TakeNumbers(IGraphRunner runner, int first, int count)
    {
        if (round.Similarity is { } similarity) Compare(similarity, runner.Outputs, first, count);
        else runner.Scores[..count].CopyTo(_scores.AsSpan(first));
        if (round.Outputs) TakeOutputs(runner, first, count);
    }

    /// <summary>Gets what was taken, with sums that were made on the device.</summary>
    public Partial ToPartial(float[] sum, float[] squares) => new(
        shard.Round, 0, shard.Index, new Tensor(mapShape, sum), round.Squares ? new Tensor(mapShape, squares) : null, _scores, _outputs)
    {
        OutputShape = _outputShape,
    };

    /// <summary>Gets what was taken.</summary>
    public Partial ToPartial() => new(
        shard.Round, 0, shard.Index,
        mapShape.Length == 0 ? null
            : round.Reduction == PointReduction.Each ? new Tensor([shard.Count, .. mapShape], [.. _each.SelectMany(m => m)])
            : new Tensor(mapShape, _sum.Total()),
        mapShape.Length > 0 && round.Squares ? new Tensor(mapShape, _squares.Total()) : null,
        _scores, _outputs) { OutputShape = _outputShape };

    private void Compare(DetectionSimilarity similarity, ReadOnlySpan<float> outputs, int first, int count)
    {
        var size = outputs.Length / round.MicroBatch;
        for (var b = 0; b < count; b++) _scores[first + b] = similarity.Of(outputs.Slice(b * size, size));
    }

    private void TakeOutputs(IGraphRunner runner, int first, int count)
    {
        var size = runner.Outputs.Length / round.MicroBatch;
        _outputShape = runner.Graph.OutputShape;
        _outputs ??= new float[shard.Count * size];
        runner.Outputs[..(count * size)].CopyTo(_outputs.AsSpan(first * size));
    }

    private void TakeWeighted(IGraphRunner runner, int first, int count)
    {
        if (layout.SquaresOnDevice || !round.Squares)
        {
            _sum.Add(runner.Partial[.._mapSize]);
            if (round.Squares) _squares.Add(runner.PartialSquared[.._mapSize]);
            return;
        }
        for (var row = 0; row * layout.SamplePoints < count; row++)
        {
            var map = runner.Partial.Slice(row * _mapSize, _mapSize);
            (_sample ??= new PairwiseSum()).Add(map);
            var isSampleDone = (first + Math.Min(count, (row + 1) * layout.SamplePoints)) % layout.SamplePoints == 0
                || first + count == shard.Count;
            if (!isSampleDone) continue;
            var sample = _sample.Total();
            _sample = null;
            _sum.Add(sample);
            TensorPrimitives.Multiply(sample, sample, sample);
            TensorPrimitives.Divide(sample, round.SampleWeight, sample);
            _squares.Add(sample);
        }
    }

    private void TakeNormalized(IGraphRunner runner, int first, int count)
    {
        var scaled = new float[_mapSize];
        for (var b = 0; b < count; b++)
        {
            var map = runner.Partial.Slice(b * _mapSize, _mapSize);
            var norm = TensorPrimitives.SumOfSquares(map);
            var weight = round.Points[shard.First + first + b].Weight;
            // A zero gradient explains nothing, wherever the score came from.
            if (norm == 0) scaled.AsSpan().Clear();
            else
            {
                TensorPrimitives.Multiply(map, map, scaled);
                TensorPrimitives.Multiply(scaled, weight / norm, scaled);
            }
            _sum.Add(scaled);
        }
    }
}
