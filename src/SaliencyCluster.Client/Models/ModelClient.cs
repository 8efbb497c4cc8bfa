using System.Runtime.CompilerServices;
using Google.Protobuf;
using SaliencyCluster.Client.Calls;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Models;

/// <summary>The models of a cluster.</summary>
public sealed class ModelClient
{
    private readonly Protocol.V1.Models.ModelsClient _stub;
    private readonly GatewayCalls _calls;

    internal ModelClient(Protocol.V1.Models.ModelsClient stub, GatewayCalls calls) => (_stub, _calls) = (stub, calls);

    /// <summary>Stores a model file under a name, in pieces of 1 MiB.</summary>
    /// <param name="name">The name, such as <c>resnet50</c>; another file under a known name becomes its next version.</param>
    /// <param name="file">The ONNX file; read to its end, not closed.</param>
    /// <param name="preprocessing">How encoded images become inputs; null means pixel / 255.</param>
    /// <param name="labels">Class names in the order of the output.</param>
    /// <param name="layout">Where the model's input has its channels, <c>nchw</c> or <c>nhwc</c>; null finds out from the graph.</param>
    /// <param name="cancellation">Stops the upload; nothing is stored then.</param>
    /// <returns>What the gateway found in the file.</returns>
    /// <exception cref="GatewayException">SAL10xx the file cannot be explained; SAL26xx header or limits.</exception>
    public Task<Model> AddAsync(
        string name, Stream file, Preprocessing? preprocessing = null, IEnumerable<string>? labels = null, string? layout = null,
        CancellationToken cancellation = default)
    {
        var header = new ModelHeader { Name = name, Preprocessing = preprocessing, Layout = layout ?? "" };
        header.Labels.AddRange(labels ?? []);
        return _calls.SendAsync(_stub.UploadModel(cancellationToken: cancellation), MessagesAsync(header, file, cancellation), cancellation);
    }

    /// <summary>Gets one model.</summary>
    /// <exception cref="GatewayException">No model has this name.</exception>
    public Task<Model> GetAsync(string name, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.GetModelAsync(new GetModelRequest { Name = name }, cancellationToken: cancellation), cancellation);

    /// <summary>Gets every version of all models, by name and version.</summary>
    public async Task<IReadOnlyList<ModelListing>> ListAsync(CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_stub.ListModelsAsync(new ListModelsRequest(), cancellationToken: cancellation), cancellation).ConfigureAwait(false)).Models;

    /// <summary>Forgets a model; accepted jobs keep their copy.</summary>
    /// <returns>What was removed, as <c>name:version</c>.</returns>
    /// <exception cref="GatewayException">No model has this name.</exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(string name, CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_stub.RemoveModelAsync(new RemoveModelRequest { Name = name }, cancellationToken: cancellation), cancellation).ConfigureAwait(false)).Removed;

    /// <summary>Lists the models of every tenant that are quarantined, since they ended processes that ran them; for the role
    /// admin.</summary>
    public async Task<IReadOnlyList<Quarantine>> ListQuarantinedAsync(CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_stub.ListQuarantinedAsync(new ListQuarantinedRequest(), cancellationToken: cancellation), cancellation)
            .ConfigureAwait(false)).Models;

    /// <summary>Ends the quarantine of a model; for the role admin.</summary>
    /// <param name="model">The first 12 or more digits of its SHA-256, or its name in the caller's tenant.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <returns>The quarantine that it was in.</returns>
    /// <exception cref="GatewayException">SAL3004: no such model is quarantined.</exception>
    public async Task<Quarantine> ReleaseAsync(string model, CancellationToken cancellation = default) =>
        (await _calls.AskAsync(_stub.ReleaseModelAsync(new ReleaseModelRequest { Model = model }, cancellationToken: cancellation),
            cancellation)
            .ConfigureAwait(false)).Quarantine;

    private static async IAsyncEnumerable<UploadModelRequest> MessagesAsync(
        ModelHeader header, Stream file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new UploadModelRequest { Header = header };
        var buffer = new byte[Pieces.Largest];
        int length;
        while ((length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false)) > 0)
            yield return new UploadModelRequest { Data = ByteString.CopyFrom(buffer, 0, length) };
    }
}
