using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Fakes;

/// <summary>Evaluates a <see cref="FakeNetwork"/> as a compiled explanation graph would.</summary>
internal sealed class FakeRunner : IGraphRunner
{
    private readonly FakeNetwork _network;
    private readonly int _size;
    private readonly float[] _points, _multipliers, _seeds, _weights, _scores, _partial, _squares, _outputs;

    public FakeRunner(FakeNetwork network, ExplanationSpec spec)
    {
        _network = network;
        _size = network.ImageShape.Aggregate(1, (n, d) => n * d);
        var hasMap = spec.Map != PointMap.None;
        Graph = new(spec, "fake", default, hasMap ? spec.ImageShape : [], [network.Outputs], "logits", false, 0);
        _points = new float[spec.MicroBatch * _size];
        _multipliers = spec.Multiplier ? new float[spec.MicroBatch * _size] : [];
        _seeds = new float[spec.MicroBatch * network.Outputs];
        _weights = hasMap ? new float[spec.Rows * spec.MicroBatch] : [];
        _scores = new float[spec.MicroBatch];
        _partial = hasMap ? new float[spec.Rows * _size] : [];
        _squares = spec.Squares ? new float[spec.Rows * _size] : [];
        _outputs = hasMap ? [] : new float[spec.MicroBatch * network.Outputs];
    }

    public ExplanationGraph Graph { get; }
    public Span<float> Points => _points;
    public Span<float> Multipliers => _multipliers;
    public Span<float> OutputGradients => _seeds;
    public Span<float> Weights => _weights;
    public ReadOnlySpan<float> Scores => _scores;
    public ReadOnlySpan<float> Partial => _partial;
    public ReadOnlySpan<float> PartialSquared => _squares;
    public ReadOnlySpan<float> Outputs => _outputs;

    public void Run(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Array.Clear(_partial);
        Array.Clear(_squares);
        for (var b = 0; b < Graph.Spec.MicroBatch; b++) RunPoint(b);
    }

    private void RunPoint(int b)
    {
        var x = _points.AsSpan(b * _size, _size).ToArray();
        var map = new float[_size];
        var score = 0.0;
        for (var j = 0; j < _network.Outputs; j++)
        {
            var seed = _seeds[b * _network.Outputs + j];
            var value = _network.Value(x, j);
            if (_outputs.Length > 0) _outputs[b * _network.Outputs + j] = (float)value;
            score += seed * value;
            if (seed != 0) TensorPrimitives.MultiplyAdd(_network.Gradient(x, j), seed, map, map);
        }
        _scores[b] = (float)score;
        if (Graph.Spec.Rules == GradientRules.Rescale)
            TensorPrimitives.Subtract(x, _multipliers.AsSpan(b * _size, _size), _multipliers.AsSpan(b * _size, _size));
        if (_multipliers.Length > 0) TensorPrimitives.Multiply(map, _multipliers.AsSpan(b * _size, _size), map);
        for (var row = 0; row < _partial.Length / _size; row++)
        {
            var weight = _weights[row * Graph.Spec.MicroBatch + b];
            for (var i = 0; i < _size; i++)
            {
                _partial[row * _size + i] += weight * map[i];
                if (_squares.Length > 0) _squares[row * _size + i] += weight * map[i] * map[i];
            }
        }
    }
}
