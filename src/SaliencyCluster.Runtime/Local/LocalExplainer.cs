using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Runtime.Local;

/// <summary>Explains images on one device in this process: the same recipe, and so the same bytes, as a cluster gives.</summary>
/// <param name="device">Where points are evaluated.</param>
/// <param name="model">The model.</param>
/// <param name="requests">The resolved requests, at least one; points that they share are evaluated once.</param>
/// <param name="storedBaselines">Tensors that the requests' baseline names, in its order; usually empty.</param>
/// <param name="clock">Measures each image.</param>
public sealed class LocalExplainer(
    Device device, OnnxModel model, IReadOnlyList<ResolvedRequest> requests, IReadOnlyList<Tensor> storedBaselines, TimeProvider clock)
{
    private int _prepared;

    /// <summary>Makes an explainer of one request.</summary>
    public LocalExplainer(Device device, OnnxModel model, ResolvedRequest request, IReadOnlyList<Tensor> storedBaselines, TimeProvider clock)
        : this(device, model, [request], storedBaselines, clock)
    {
    }

    /// <summary>Gets the points that one image takes, as far as is known before it begins: without those that requests turn out to share.</summary>
    public int PlannedPoints { get; } = requests.Sum(r => r.PlannedPoints);

    /// <summary>Gets whether anything was computed in bf16: graphs for which that is not worth while are computed in float32.</summary>
    public bool HasComputedInBf16 { get; private set; }

    /// <summary>Explains one image after another, some beside each other so that every lane has work; results come in the order of the images.</summary>
    /// <param name="images">The images; read one by one, a few ahead of the results.</param>
    /// <param name="told">Told after every shard how much more is done and planned; from any thread. Before the first telling,
    /// <see cref="PlannedPoints"/> of every image are planned.</param>
    /// <param name="cancellation">Ends everything that runs.</param>
    /// <returns>One result per image. An image that cannot be explained is a result with a failure, and the others go on.</returns>
    public async IAsyncEnumerable<LocalResult> ExplainAsync(
        IEnumerable<LocalImage> images, Action<LocalPoints>? told = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var window = new Queue<Task<LocalResult>>();
        try
        {
            foreach (var image in images)
            {
                // One image more than lanes: the last shards of one image overlap with the first of the next.
                if (window.Count > device.Lanes) yield return await window.Dequeue();
                window.Enqueue(ExplainAsync(image, new(PlannedPoints, told), ending.Token));
            }
            while (window.Count > 0) yield return await window.Dequeue();
        }
        finally
        {
            // Whoever stops reading results stops the work too.
            await ending.CancelAsync();
            await ((Task)Task.WhenAll(window)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<LocalResult> ExplainAsync(LocalImage image, PointTelling points, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        Tensor? tensor = null;
        try
        {
            tensor = image.Load();
            var run = new ComparisonRun(requests, tensor, image.Index, storedBaselines, requests.Any(r => r.Head is not null)
                ? image.Frame(tensor) : null);
            var preparing = Task.Run(() => PrepareAsync(image, tensor, cancellation), CancellationToken.None);
            await RunAsync(run, tensor, points, cancellation);
            await preparing;
            var results = run.Results;
            return new(image, tensor, results[0], null, clock.GetElapsedTime(started)) 
            {
                Compared = results,
                Points = run.Progress.PointsDone,
                PointsComputed = run.PointsComputed,
            };
        }
        catch (SaliencyException failure)
        {
            points.GaveUp();
            return new(image, tensor, null, failure, clock.GetElapsedTime(started));
        }
    }

    // While the first image's probe is compiled, loaded and run, another core can do the same for the graph that comes after it.
    private async Task PrepareAsync(LocalImage image, Tensor tensor, CancellationToken cancellation)
    {
        if (device.Lanes == 1 || Interlocked.Exchange(ref _prepared, 1) != 0) return;
        if (RoundForecast.AfterProbe(requests[0], tensor, image.Index, storedBaselines) is not { } spec) return;
        // Whatever is wrong with it is told by the run itself, which asks for the same graph.
        await device.LoadAsync(GraphSource.Of(model, spec), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(ComparisonRun run, Tensor image, PointTelling points, CancellationToken cancellation)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 2 * device.Lanes, CancellationToken = cancellation };
        while (run.Round is { } round)
        {
            var source = GraphSource.Of(model, round.Spec(image.Shape));
            await Parallel.ForEachAsync(run.Shards, parallel, async (shard, token) =>
            {
                var partial = await device.RunAsync(
                    source, (runner, c) =>
                    {
                        if (runner.Graph.PackedMultiplyAdds > 0) HasComputedInBf16 = true;
                        return ShardComputation.Run(round, shard, image, storedBaselines, runner, c);
                    }, token);
                lock (run)
                {
                    run.Add(partial);
                    points.Tell(run.Progress);
                }
            });
        }
    }
}
