using System.Runtime.CompilerServices;
using Google.Protobuf;
using SaliencyCluster.Client.Calls;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Evaluations;

/// <summary>Evaluations: the evidence whether a model's maps can be believed.</summary>
public sealed class EvaluationClient
{
    private readonly Protocol.V1.Evaluations.EvaluationsClient _stub;
    private readonly GatewayCalls _calls;
    private readonly ResumingStream _resuming;

    internal EvaluationClient(Protocol.V1.Evaluations.EvaluationsClient stub, GatewayCalls calls, ResumingStream resuming) =>
        (_stub, _calls, _resuming) = (stub, calls, resuming);

    /// <summary>Submits an evaluation; it is stored when this returns, and its work has begun.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="options">Which evidence is wanted.</param>
    /// <param name="images">The images; read and sent one after another.</param>
    /// <param name="evaluationId">Your own id, which makes a repeated submit harmless; null lets the gateway make one up.</param>
    /// <param name="cancellation">Stops the submission.</param>
    /// <exception cref="GatewayException">SAL2xxx the request is wrong; SAL3xxx the id is taken or a model is not registered.</exception>
    public Task<Evaluation> SubmitAsync(
        string model, EvaluationOptions options, IAsyncEnumerable<EvaluationImageInput> images, string? evaluationId = null, CancellationToken cancellation = default)
    {
        var header = new EvaluationHeader { Model = model, Options = options };
        if (evaluationId is not null) header.EvaluationId = evaluationId;
        return _calls.SendAsync(_stub.SubmitEvaluation(cancellationToken: cancellation), MessagesAsync(header, images, cancellation), cancellation);
    }

    /// <summary>Gets the present state of an evaluation.</summary>
    /// <exception cref="GatewayException">No evaluation has this id.</exception>
    public Task<Evaluation> GetAsync(string evaluationId, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.GetEvaluationAsync(new GetEvaluationRequest { EvaluationId = evaluationId }, cancellationToken: cancellation), cancellation);

    /// <summary>Lists evaluations, newest first; pages are fetched as they are needed.</summary>
    public IAsyncEnumerable<Evaluation> ListAsync(CancellationToken cancellation = default) => ListAsync("", cancellation);

    /// <summary>Lists the evaluations of a tenant, newest first; pages are fetched as they are needed.</summary>
    /// <param name="tenant">The tenant; empty for the caller's own, another one for the role admin.</param>
    /// <param name="cancellation">Stops the calls.</param>
    public async IAsyncEnumerable<Evaluation> ListAsync(string tenant, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListEvaluationsRequest { Tenant = tenant };
        do
        {
            var page = await _calls.AskAsync(_stub.ListEvaluationsAsync(request, cancellationToken: cancellation), cancellation).ConfigureAwait(false);
            foreach (var evaluation in page.Evaluations) yield return evaluation;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Follows an evaluation until it has ended; survives lost connections and restarts of the gateway.</summary>
    /// <remarks>States may be passed over; the last one is always sent.</remarks>
    /// <exception cref="GatewayException">No evaluation has this id, or the gateway was away for longer than <see cref="SaliencyClientOptions.ReconnectFor"/>.</exception>
    public async IAsyncEnumerable<Evaluation> WatchAsync(string evaluationId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long version = 0;
        var states = _resuming.ReadAsync(
            () => _stub.WatchEvaluation(new WatchEvaluationRequest { EvaluationId = evaluationId, AfterVersion = version }, cancellationToken: cancellation),
            HasEnded, endsByItself: false, cancellation);
        await foreach (var evaluation in states.ConfigureAwait(false))
        {
            version = evaluation.Version;
            yield return evaluation;
        }
    }

    /// <summary>Copies a file of the report to a stream; goes on where it was after a lost connection.</summary>
    /// <exception cref="GatewayException">No evaluation has this id, or it has no report.</exception>
    public async Task ReadReportAsync(string evaluationId, ReportFile file, Stream destination, CancellationToken cancellation = default)
    {
        long offset = 0;
        var chunks = _resuming.ReadAsync(
            () => _stub.ReadReport(new ReadReportRequest { EvaluationId = evaluationId, File = file, Offset = offset }, cancellationToken: cancellation),
            chunk => chunk.Offset + chunk.Data.Length == chunk.Size, endsByItself: true, cancellation);
        await foreach (var chunk in chunks.ConfigureAwait(false))
        {
            await destination.WriteAsync(chunk.Data.Memory, cancellation).ConfigureAwait(false);
            offset += chunk.Data.Length;
        }
    }

    /// <summary>Stops an evaluation; there is no report then.</summary>
    /// <exception cref="GatewayException">No evaluation has this id.</exception>
    public Task<Evaluation> CancelAsync(string evaluationId, CancellationToken cancellation = default) =>
        CancelAsync(evaluationId, "", cancellation);

    /// <summary>Stops an evaluation of a tenant; there is no report then.</summary>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="tenant">The tenant; empty for the caller's own, another one for the role admin.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No evaluation has this id.</exception>
    public Task<Evaluation> CancelAsync(string evaluationId, string tenant, CancellationToken cancellation = default) => _calls.AskAsync(
        _stub.CancelEvaluationAsync(new CancelEvaluationRequest { EvaluationId = evaluationId, Tenant = tenant },
            cancellationToken: cancellation), cancellation);

    /// <summary>Forgets an evaluation that has ended, with its report.</summary>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="tenant">The tenant; empty for the caller's own, another one for the role admin.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No evaluation has this id, or it is under way.</exception>
    public Task DeleteAsync(string evaluationId, string tenant = "", CancellationToken cancellation = default) => _calls.AskAsync(
        _stub.DeleteEvaluationAsync(new DeleteEvaluationRequest { EvaluationId = evaluationId, Tenant = tenant },
            cancellationToken: cancellation), cancellation);

    /// <summary>Gets whether nothing more will happen to the evaluation.</summary>
    public static bool HasEnded(Evaluation evaluation) => evaluation.State is EvaluationState.Done or EvaluationState.Failed or EvaluationState.Cancelled;

    private static async IAsyncEnumerable<SubmitEvaluationRequest> MessagesAsync(
        EvaluationHeader header, IAsyncEnumerable<EvaluationImageInput> images, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new SubmitEvaluationRequest { Header = header };
        await foreach (var image in images.WithCancellation(cancellation).ConfigureAwait(false))
        {
            var first = true;
            await foreach (var piece in image.Image.PiecesAsync(cancellation).ConfigureAwait(false))
            {
                var part = new EvaluationImage { Image = piece };
                if (first)
                {
                    (part.Mask, part.Group) = (UnsafeByteOperations.UnsafeWrap(image.Mask), image.Group ?? "");
                    (part.Box, first) = (image.Box ?? "", false);
                }
                yield return new SubmitEvaluationRequest { Image = part };
            }
        }
    }
}
