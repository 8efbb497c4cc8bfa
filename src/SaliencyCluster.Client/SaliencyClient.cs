using System.Runtime.CompilerServices;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using SaliencyCluster.Client.Calls;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Client.Models;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client;

/// <summary>A connection to a gateway. Safe for use by many threads; make one and keep it.</summary>
/// <remarks>Every failed call throws <see cref="GatewayException"/>; a cancelled one <see cref="OperationCanceledException"/>.</remarks>
public sealed class SaliencyClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly GatewayCalls _calls;
    private readonly ResumingStream _resuming;
    private readonly Protocol.V1.Explanations.ExplanationsClient _explanations;
    private readonly Protocol.V1.Cluster.ClusterClient _cluster;

    /// <summary>Makes a client; it connects with the first call.</summary>
    /// <param name="endpoint">The gateway's gRPC address, such as <c>http://127.0.0.1:50051</c>.</param>
    /// <param name="options">Anything that differs from the defaults.</param>
    public SaliencyClient(Uri endpoint, SaliencyClientOptions? options = null)
    {
        options ??= new();
        _channel = ChannelFactory.Open(endpoint, options);
        _calls = new(endpoint, options);
        var invoker = options.ApiKey is { } key ? _channel.Intercept(new ApiKeyInterceptor(key)) : _channel.CreateCallInvoker();
        _explanations = new(invoker);
        _cluster = new(invoker);
        Models = new(new Protocol.V1.Models.ModelsClient(invoker), _calls);
        _resuming = new(endpoint, options);
        Jobs = new(_explanations, _calls, _resuming);
        Images = new(_explanations, _calls, _resuming);
        Evaluations = new(new Protocol.V1.Evaluations.EvaluationsClient(invoker), _calls, _resuming);
    }

    /// <summary>Gets the models of the cluster.</summary>
    public ModelClient Models { get; }

    /// <summary>Gets the jobs of the cluster.</summary>
    public JobClient Jobs { get; }

    /// <summary>Gets the images of jobs.</summary>
    public JobImageClient Images { get; }

    /// <summary>Gets the evaluations of the cluster.</summary>
    public EvaluationClient Evaluations { get; }

    /// <summary>Explains one image and reports on the way; leaving the loop early cancels the work.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="image">The image, at most 16 MiB.</param>
    /// <param name="partialMaps">Whether maps of the points so far are wanted too.</param>
    /// <param name="cancellation">Cancels the work.</param>
    public IAsyncEnumerable<ExplainUpdate> ExplainAsync(
        string model, ExplanationOptions options, ImageInput image, bool partialMaps = false, CancellationToken cancellation = default) =>
        ExplainAsync(model, options, image, partialMaps, "", cancellation);

    /// <summary>Explains one image on a pool of workers and reports on the way; leaving the loop early cancels the work.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="image">The image, at most 16 MiB.</param>
    /// <param name="partialMaps">Whether maps of the points so far are wanted too.</param>
    /// <param name="pool">The pool of workers that computes it; empty for the caller's default.</param>
    /// <param name="cancellation">Cancels the work.</param>
    public async IAsyncEnumerable<ExplainUpdate> ExplainAsync(
        string model, ExplanationOptions options, ImageInput image, bool partialMaps, string pool, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ExplainRequest { Model = model, Options = options, PartialMaps = partialMaps, Pool = pool };
        await foreach (var update in ReadAsync(request, image, cancellation).ConfigureAwait(false)) yield return update;
    }

    /// <summary>Explains one image for somebody who looks: equal questions share the work and find its answer.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="image">The image, at most 16 MiB.</param>
    /// <param name="pool">The pool of workers that computes it; empty for the caller's default.</param>
    /// <param name="cancellation">Ends the looking, and the work where nobody else looks.</param>
    /// <remarks>Tells maps of the points so far too. The job behind it is in no list and is removed about an hour after its end.</remarks>
    public IAsyncEnumerable<ExplainUpdate> ViewAsync(
        string model, ExplanationOptions options, ImageInput image, string pool = "", CancellationToken cancellation = default) =>
        ReadAsync(new() { Model = model, Options = options, PartialMaps = true, Pool = pool, Viewing = true }, image, cancellation);

    private async IAsyncEnumerable<ExplainUpdate> ReadAsync(
        ExplainRequest request, ImageInput image, [EnumeratorCancellation] CancellationToken cancellation)
    {
        request.Image = await image.WholeAsync(cancellation).ConfigureAwait(false);
        var updates = new UpdateReader();
        await foreach (var part in _calls.ReadAsync(_explanations.Explain(request, cancellationToken: cancellation), cancellation).ConfigureAwait(false))
            if (updates.Read(part) is { } update) yield return update;
    }

    /// <summary>Explains one image and returns the answer.</summary>
    /// <inheritdoc cref="ExplainAsync(string, ExplanationOptions, ImageInput, bool, CancellationToken)"/>
    public async Task<ExplainedImage> ExplainToEndAsync(string model, ExplanationOptions options, ImageInput image, CancellationToken cancellation = default)
    {
        await foreach (var update in ExplainAsync(model, options, image, cancellation: cancellation).ConfigureAwait(false))
            if (update is ExplainUpdate.Finished finished) return finished.Answer;
        throw new InvalidDataException("The gateway ended the stream without a result.");
    }

    /// <summary>Gets processes, devices, rates and queue of the cluster as they are now.</summary>
    public Task<ClusterStatus> GetClusterAsync(CancellationToken cancellation = default) =>
        _calls.AskAsync(_cluster.GetClusterAsync(new GetClusterRequest(), cancellationToken: cancellation), cancellation);

    /// <summary>Follows the cluster: its state now and within half a second of every change, until cancelled; survives lost connections.</summary>
    /// <param name="history">How far back the first update's throughput goes, at most 5 minutes.</param>
    /// <param name="cancellation">Ends the watching.</param>
    public IAsyncEnumerable<ClusterUpdate> WatchClusterAsync(TimeSpan history = default, CancellationToken cancellation = default) => _resuming.ReadAsync(
        () => _cluster.WatchCluster(new WatchClusterRequest { HistorySeconds = (int)history.TotalSeconds }, cancellationToken: cancellation),
        _ => false, endsByItself: false, cancellation);

    /// <summary>Lets a worker take no further work, or take work again; returns its devices.</summary>
    /// <exception cref="GatewayException">SAL4110: no worker has this name.</exception>
    public async Task<IReadOnlyList<Device>> DrainWorkerAsync(string worker, bool resume = false, CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_cluster.DrainWorkerAsync(new DrainWorkerRequest { Worker = worker, Resume = resume }, cancellationToken: cancellation), cancellation).ConfigureAwait(false)).Devices;

    /// <summary>Lists the tenants that have ever had a model or a job, by name; for the role admin.</summary>
    public async Task<IReadOnlyList<string>> ListTenantsAsync(CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_cluster.ListTenantsAsync(new ListTenantsRequest(), cancellationToken: cancellation),
            cancellation).ConfigureAwait(false)).Tenants;

    /// <summary>Gets the attribution methods, with their options and what they cost.</summary>
    public async Task<IReadOnlyList<Method>> ListMethodsAsync(CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_explanations.ListMethodsAsync(new ListMethodsRequest(), cancellationToken: cancellation), cancellation).ConfigureAwait(false)).Methods;

    /// <summary>Closes the connection; calls that run are cancelled.</summary>
    public void Dispose() => _channel.Dispose();
}
