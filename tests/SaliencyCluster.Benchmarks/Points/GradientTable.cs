using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Benchmarks.Samples;
using SaliencyCluster.TestKit.Running;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Benchmarks.Points;

/// <summary>The gradient at evenly spaced places of one image's path from zeros, ends included: stands in for the network.</summary>
/// <remarks>
/// Rules are then evaluated at the nearest place, which moves each of their points by at most half an interval: with 4096 intervals by
/// 1/8192 of the path, a hundredth of the distance between the points of a rule with 80.
/// </remarks>
internal sealed class GradientTable
{
    private readonly float[][] _gradients;
    private readonly float[] _scores;
    private readonly float[] _outputs;
    private readonly int _widest;

    private GradientTable(Tensor image, float[][] gradients, float[] scores, float[] outputs)
    {
        (Image, _gradients, _scores, _outputs) = (image, gradients, scores, outputs);
        _widest = TensorPrimitives.IndexOfMaxMagnitude<float>(image.Data);
        Reference = Trapezoid();
    }

    public Tensor Image { get; }

    /// <summary>Gets the map by the trapezoidal rule over all places.</summary>
    public double[] Reference { get; }

    /// <summary>Gets the outputs of the image and of the baseline, one after another.</summary>
    public ReadOnlySpan<float> Outputs => _outputs;

    public static async Task<GradientTable> MakeAsync(LocalEngine engine, SampleModel model, Tensor image, int intervals)
    {
        var run = new ExplanationRun(model.Resolve(new() { Method = "integrated-gradients" }), image, 0);
        var probe = await engine.ComputeAsync(model.Model, run.Round!, run.Shards[0], image, default);
        run.Add(probe);
        var round = run.Round! with
        {
            Recipe = new PointRecipe(),
            Reduction = PointReduction.Each,
            Points = [.. Enumerable.Range(0, intervals + 1).Select(j => new Point((double)j / intervals, 1))],
            MicroBatch = model.Model.Summary.FreeBatch ? 8 : 1,
            ShardPoints = 64,
        };
        var size = image.Data.Length;
        var (gradients, scores) = (new float[intervals + 1][], new float[intervals + 1]);
        foreach (var part in await Task.WhenAll(round.Shards().Select(shard => engine.ComputeAsync(model.Model, round, shard, image, default))))
        {
            var first = part.Index * round.ShardPoints;
            part.Scores.CopyTo(scores, first);
            for (var i = 0; i < part.Scores.Length; i++) gradients[first + i] = part.Sum!.Data[(i * size)..((i + 1) * size)];
        }
        return new(image, gradients, scores, probe.Outputs!);
    }

    /// <summary>Finds the place of a point on the path.</summary>
    public int PlaceOf(ReadOnlySpan<float> point) =>
        Math.Clamp((int)Math.Round((double)point[_widest] / Image.Data[_widest] * (_gradients.Length - 1)), 0, _gradients.Length - 1);

    public float[] Gradient(int place) => _gradients[place];

    public float Score(int place) => _scores[place];

    /// <summary>Gets the norm of the difference from the reference, relative to the reference.</summary>
    public double ErrorOf(Tensor map)
    {
        double error = 0, norm = 0;
        for (var i = 0; i < Reference.Length; i++)
        {
            error += (map.Data[i] - Reference[i]) * (map.Data[i] - Reference[i]);
            norm += Reference[i] * Reference[i];
        }
        return Math.Sqrt(error / norm);
    }

    private double[] Trapezoid()
    {
        var sum = new double[Image.Data.Length];
        for (var j = 0; j < _gradients.Length; j++)
        {
            var weight = (j == 0 || j == _gradients.Length - 1 ? 0.5 : 1) / (_gradients.Length - 1);
            for (var i = 0; i < sum.Length; i++) sum[i] += weight * _gradients[j][i];
        }
        for (var i = 0; i < sum.Length; i++) sum[i] *= Image.Data[i];
        return sum;
    }
}
