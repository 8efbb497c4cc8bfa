using System.Runtime.CompilerServices;
using Grpc.Net.Client;
using SaliencyCluster.Client.Calls;
using SaliencyCluster.Client.Errors;
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
    private readonly Protocol.V1.Explanations.ExplanationsClient _explanations;
    private readonly Protocol.V1.Cluster.ClusterClient _cluster;

    /// <summary>Makes a client; it connects with the first call.</summary>
    /// <param name="endpoint">The gateway's gRPC address, such as <c>http://127.0.0.1:50051</c>.</param>
    /// <param name="options">Anything that differs from the defaults.</param>
    public SaliencyClient(Uri endpoint, SaliencyClientOptions? options = null)
    {
        options ??= new();
        _channel = ChannelFactory.Open(endpoint, options);
        _calls = new(endpoint);
        _explanations = new(_channel);
        _cluster = new(_channel);
        Models = new(new Protocol.V1.Models.ModelsClient(_channel), _calls);
        Jobs = new(_explanations, _calls, new(endpoint, options));
    }

    /// <summary>Gets the models of the cluster.</summary>
    public ModelClient Models { get; }

    /// <summary>Gets the jobs of the cluster.</summary>
    public JobClient Jobs { get; }

    /// <summary>Explains one image and reports on the way; leaving the loop early cancels the work.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="image">The image, at most 16 MiB.</param>
    /// <param name="partialMaps">Whether maps of the points so far are wanted too.</param>
    /// <param name="cancellation">Cancels the work.</param>
    public async IAsyncEnumerable<ExplainUpdate> ExplainAsync(
        string model, ExplanationOptions options, ImageInput image, bool partialMaps = false, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ExplainRequest { Model = model, Options = options, PartialMaps = partialMaps, Image = await image.WholeAsync(cancellation).ConfigureAwait(false) };
        var (partial, final) = (new MapAssembler(), new MapAssembler());
        var errorAssembler = new MapAssembler();
        SaliencyMap? map = null, errors = null;
        var call = _explanations.Explain(request, cancellationToken: cancellation);
        await foreach (var part in _calls.ReadAsync(call, cancellation).ConfigureAwait(false))
        {
            switch (part.EventCase)
            {
                case ExplainResponse.EventOneofCase.Started: yield return new ExplainUpdate.Started(part.Started.JobId); break;
                case ExplainResponse.EventOneofCase.Progress: yield return new ExplainUpdate.Progress(part.Progress.PointsDone, part.Progress.PointsTotal, part.Progress.WaitingFor); break;
                case ExplainResponse.EventOneofCase.PartialMap: if (partial.Add(part.PartialMap) is { } sofar) yield return new ExplainUpdate.Partial(sofar); break;
                case ExplainResponse.EventOneofCase.Map: map = final.Add(part.Map) ?? map; break;
                case ExplainResponse.EventOneofCase.StandardErrorMap: errors = errorAssembler.Add(part.StandardErrorMap) ?? errors; break;
                case ExplainResponse.EventOneofCase.Result: yield return new ExplainUpdate.Finished(new(part.Result, map) { StandardErrorMap = errors }); break;
            }
        }
    }

    /// <summary>Explains one image and returns the answer.</summary>
    /// <inheritdoc cref="ExplainAsync"/>
    public async Task<ExplainedImage> ExplainToEndAsync(string model, ExplanationOptions options, ImageInput image, CancellationToken cancellation = default)
    {
        await foreach (var update in ExplainAsync(model, options, image, cancellation: cancellation).ConfigureAwait(false))
            if (update is ExplainUpdate.Finished finished) return finished.Answer;
        throw new InvalidDataException("The gateway ended the stream without a result.");
    }

    /// <summary>Gets processes, devices, rates and queue of the cluster as they are now.</summary>
    public Task<ClusterStatus> GetClusterAsync(CancellationToken cancellation = default) =>
        _calls.AskAsync(_cluster.GetClusterAsync(new GetClusterRequest(), cancellationToken: cancellation));

    /// <summary>Gets the attribution methods, with their options and what they cost.</summary>
    public async Task<IReadOnlyList<Method>> ListMethodsAsync(CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_explanations.ListMethodsAsync(new ListMethodsRequest(), cancellationToken: cancellation)).ConfigureAwait(false)).Methods;

    /// <summary>Closes the connection; calls that run are cancelled.</summary>
    public void Dispose() => _channel.Dispose();
}
