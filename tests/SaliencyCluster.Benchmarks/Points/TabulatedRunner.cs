using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Benchmarks.Points;

/// <summary>Evaluates points by looking them up in a table, so that the library's own rules can be tried without evaluating the network again.</summary>
internal sealed class TabulatedRunner : IGraphRunner
{
    private readonly GradientTable _table;
    private readonly int _size;
    private readonly float[] _points, _multipliers, _seeds, _weights, _scores, _partial, _outputs;

    public TabulatedRunner(GradientTable table, ExplanationSpec spec)
    {
        (_table, _size) = (table, table.Image.Data.Length);
        var (classes, hasMap) = (table.Outputs.Length / 2, spec.Map != PointMap.None);
        Graph = new(spec, "table", default, hasMap ? spec.ImageShape : [], [classes], "output", false, 0);
        (_points, _seeds, _scores) = (new float[spec.MicroBatch * _size], new float[spec.MicroBatch * classes], new float[spec.MicroBatch]);
        _multipliers = spec.Multiplier ? new float[spec.MicroBatch * _size] : [];
        _weights = hasMap ? new float[spec.Rows * spec.MicroBatch] : [];
        _partial = hasMap ? new float[spec.Rows * _size] : [];
        _outputs = hasMap ? [] : new float[spec.MicroBatch * classes];
    }

    public ExplanationGraph Graph { get; }

    public Span<float> Points => _points;

    public Span<float> Multipliers => _multipliers;

    public Span<float> OutputGradients => _seeds;

    public Span<float> Weights => _weights;

    public ReadOnlySpan<float> Scores => _scores;

    public ReadOnlySpan<float> Partial => _partial;

    public ReadOnlySpan<float> PartialSquared => [];

    public ReadOnlySpan<float> Outputs => _outputs;

    public void Run(CancellationToken cancellation)
    {
        Array.Clear(_partial);
        for (var b = 0; b < Graph.Spec.MicroBatch; b++)
        {
            var place = _table.PlaceOf(_points.AsSpan(b * _size, _size));
            _scores[b] = _table.Score(place);
            if (_outputs.Length > 0) CopyOutputs(place, b);
            for (var row = 0; row < Graph.Spec.Rows && _partial.Length > 0; row++) Add(_weights[row * Graph.Spec.MicroBatch + b], place, b, row);
        }
    }

    private void Add(float weight, int place, int b, int row)
    {
        if (weight == 0) return;
        var sum = _partial.AsSpan(row * _size, _size);
        var map = _table.Gradient(place);
        if (_multipliers.Length > 0)
        {
            map = [.. map];
            TensorPrimitives.Multiply<float>(map, _multipliers.AsSpan(b * _size, _size), map);
        }
        TensorPrimitives.MultiplyAdd(map, weight, sum, sum);
    }

    // Only the probe asks for outputs: of the image and of the baseline.
    private void CopyOutputs(int place, int b)
    {
        var classes = _table.Outputs.Length / 2;
        _table.Outputs.Slice(place == 0 ? classes : 0, classes).CopyTo(_outputs.AsSpan(b * classes));
    }
}
