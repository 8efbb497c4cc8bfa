using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.TestKit.Running;

/// <summary>Explains images with the real engine in this process: no cluster, no files.</summary>
public sealed class LocalEngine : IAsyncDisposable
{
    private readonly Device _device = new(new DeviceOptions(), TimeProvider.System, NullLogger.Instance);

    public async Task<Explanation> ExplainAsync(LocalModel model, ExplanationRequest request, Tensor image, uint imageIndex, CancellationToken cancellation)
    {
        var run = new ExplanationRun(RequestResolver.Resolve(request, model.Summary, model.Labels), image, imageIndex);
        while (run.Round is { } round)
            foreach (var partial in await Task.WhenAll(run.Shards.Select(s => ComputeAsync(model, round, s, image, cancellation))))
                run.Add(partial);
        return run.Result;
    }

    public Task<Partial> ComputeAsync(LocalModel model, Round round, ShardSpec shard, Tensor image, CancellationToken cancellation) =>
        _device.RunAsync(
            GraphSource.Of(model.Model, round.Spec(image.Shape)),
            (runner, token) => ShardComputation.Run(round, shard, image, [], runner, token), cancellation);

    public ValueTask DisposeAsync() => _device.DisposeAsync();
}

/// <summary>A model of the samples.</summary>
public sealed record LocalModel(OnnxModel Model, ModelSummary Summary, IReadOnlyList<string> Labels)
{
    public static LocalModel Sample(string name, params string[] labels)
    {
        var model = ModelReader.ReadFile(Repo.Model(name));
        return new(model, ModelSummary.Of(model), labels);
    }
}
