using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>One map beside the image: how far it is, how good it is so far, and what came of it.</summary>
internal sealed class MapPanel(string method, bool isOfJob) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Gets the name of the panel, for the browser.</summary>
    public string Id { get; } = isOfJob ? "job" : method;

    public string Method { get; } = method;

    /// <summary>Gets whether it is the job's own map; otherwise it is computed for the page that compares.</summary>
    public bool IsOfJob { get; } = isOfJob;

    public ExplainUpdate.Progress? Progress { get; private set; }

    public ImageResult? Result { get; private set; }

    public SaliencyMap? Map { get; private set; }

    public Exception? Error { get; private set; }

    /// <summary>Gets the relative errors of the maps so far, oldest first.</summary>
    public List<double> Errors { get; } = [];

    public bool IsRunning => Result is null && Error is null;

    /// <summary>Does what fills the panel, until it is closed; what the gateway refuses is shown in it.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, Func<MapPanel, Task> changed)
    {
        try
        {
            await work(_closing.Token);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return;
        }
        catch (GatewayException error)
        {
            Error = error;
            await changed(this);
        }
    }

    /// <summary>Follows an explanation until it ends.</summary>
    public async Task FollowAsync(IAsyncEnumerable<ExplainUpdate> updates, Func<MapPanel, Task> changed)
    {
        await foreach (var update in updates)
        {
            Take(update);
            await changed(this);
        }
        if (!IsRunning) return;
        Error = new InvalidDataException("The gateway ended the explanation without a result.");
        await changed(this);
    }

    /// <summary>Shows an answer that was there before.</summary>
    public void Finish(ExplainedImage answer) => (Result, Map) = (answer.Result, answer.Map);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private void Take(ExplainUpdate update)
    {
        switch (update)
        {
            case ExplainUpdate.Progress progress:
                // Only those with a map know how good it is.
                Progress = progress with
                {
                    StandardError = progress.StandardError ?? Progress?.StandardError,
                    ConvergenceDelta = progress.ConvergenceDelta ?? Progress?.ConvergenceDelta,
                    ErrorEstimate = progress.ErrorEstimate ?? Progress?.ErrorEstimate,
                };
                if ((progress.StandardError ?? progress.ErrorEstimate) is { } error) Errors.Add(error);
                break;
            case ExplainUpdate.Partial partial:
                Map = partial.Map;
                break;
            case ExplainUpdate.Finished finished:
                Finish(finished.Answer);
                break;
        }
    }
}
