using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>Measures gradient points per second of a device, and of a plain loop over the same graph in the same minutes.</summary>
/// <remarks>Both take turns in short slices, so that whatever else the machine does falls on both.</remarks>
public sealed class EngineBenchmark(Device device, TimeProvider clock)
{
    // Many turns make the median of their ratios steady; a slice should still hold several runs of a slow model.
    private const int MaxTurns = 15;

    // The yardstick's best slice counts, so short ones will do.
    private const int ProductShare = 4;

    private static readonly TimeSpan ShortestSlice = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many turns both take in a time.</summary>
    public static int TurnsOf(TimeSpan duration) => (int)Math.Clamp(duration / ShortestSlice / 2, 1, MaxTurns);

    /// <summary>Runs the benchmark.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageShape">Shape of one image.</param>
    /// <param name="batch">Points per run.</param>
    /// <param name="duration">Time for both together, warm-up not counted; at least 2 seconds. A model whose pieces of work take long needs more:
    /// a slice has at least two pieces for each lane.</param>
    /// <param name="turnDone">Called <see cref="TurnsOf"/> times.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<EngineBenchmarkResult> RunAsync(
        OnnxModel model, int[] imageShape, int batch, TimeSpan duration, Action? turnDone, CancellationToken cancellation)
    {
        // Four runs to a piece of work, as shards have several too; the points lie on a path, so each is built anew.
        var points = Enumerable.Range(0, 4 * batch).Select(i => new Point((i + 0.5f) / (4 * batch), 1f / (4 * batch))).ToArray();
        var round = new Round { Map = PointMap.Gradient, Recipe = new PointRecipe(), Points = points, MicroBatch = batch, ShardPoints = points.Length, Target = "0" };
        var image = Image(imageShape);
        var here = device.Here(GraphSource.Of(model, round.Spec(imageShape)));
        var graph = here.Compile();
        var source = GraphSource.Of(graph);
        // The plain loop is one of the processor's, with points that are given.
        var onProcessor = here.For(DeviceKind.Cpu, makesPoints: false, here.Spec.Precision);
        var plainGraph = onProcessor.Spec == here.Spec ? graph : onProcessor.Compile();
        round = round with { Target = string.Join(',', graph.OutputShape.Select(_ => "0")) };
        await device.LoadAsync(source, cancellation);
        using var plain = new PlainLoop(plainGraph.Model.Span, batch, device.Lanes, clock, plainGraph.Spec.Precision);
        using var product = MatrixProduct.Loop(device.Lanes, clock);
        var turns = TurnsOf(duration);
        var slice = duration / (2 * turns);
        var (ours, theirs, products) = (new List<Slice>(), new List<Slice>(), new List<Slice>());
        for (var turn = 0; turn < turns; turn++)
        {
            // Who goes first changes, so that a machine that warms up or cools down favours neither.
            if (turn % 2 == 1) theirs.Add(await plain.RunAsync(slice, cancellation));
            ours.Add(await OnDevice(source, round, image, slice, cancellation));
            if (turn % 2 == 0) theirs.Add(await plain.RunAsync(slice, cancellation));
            products.Add(await product.RunAsync(slice / ProductShare, cancellation));
            turnDone?.Invoke();
        }
        return new(batch, device.Lanes, graph.MultiplyAdds, ours, theirs, products);
    }

    private Task<Slice> OnDevice(GraphSource source, Round round, Tensor image, TimeSpan length, CancellationToken cancellation)
    {
        var shard = round.Shards()[0];
        // Two pieces per lane in flight, as a worker has: one runs, one waits.
        return Pumps.MeasureAsync(clock, device.Lanes, 2 * device.Lanes, length, shard.Count, stop =>
            device.RunAsync(source, (runner, c) => ShardComputation.Run(round, shard, image, [], runner, c), stop), cancellation);
    }

    private static Tensor Image(int[] shape)
    {
        var random = new Random(1);
        var image = Tensor.Zeros(shape);
        for (var i = 0; i < image.Data.Length; i++) image.Data[i] = random.NextSingle();
        return image;
    }
}
