using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>One map beside the image: how far it is, how good it is so far, and what came of it.</summary>
/// <param name="spec">Which map.</param>
/// <param name="method">The method.</param>
/// <param name="name">What it is called; null for its method, and its model and class where they are not those of the job.</param>
internal sealed class MapPanel(PanelSpec spec, string method, string? name = null) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Gets the name of the panel, for the browser.</summary>
    public string Id { get; } = spec.ToString();

    /// <summary>Gets which map it is.</summary>
    public PanelSpec Spec { get; } = spec;

    public string Method { get; } = method;

    /// <summary>Gets what it is called: the method, with a number where the job asks for it several times.</summary>
    public string Name { get; } = (name ?? method)
        + (spec.Model is null ? "" : $" · {spec.Model}") + (spec.Target is null ? "" : $" · class {spec.Target}");

    /// <summary>Gets the name without model and class.</summary>
    public string Title { get; } = name ?? method;

    public bool IsOfJob => Spec.OfJob is not null;

    public ExplainUpdate.Progress? Progress { get; private set; }

    public ImageResult? Result { get; private set; }

    public SaliencyMap? Map { get; private set; }

    public Exception? Error { get; private set; }

    /// <summary>Gets the relative errors of the maps so far, oldest first.</summary>
    public List<double> Errors { get; } = [];

    public bool IsRunning => Result is null && Error is null;

    /// <summary>Gets what is said on the picture as long as it shows no finished map.</summary>
    public string? Unfinished => Error is not null || Result is { Failure: not null } ? "No map: it failed"
        : Result is not null ? null
        : Progress is not { } p ? "No map yet: starting"
        : p.WaitingFor.Length > 0 ? $"No map yet: {p.WaitingFor}"
        : p.PointsTotal == 0 ? "No map yet: waiting for its turn"
        : $"{(Map is null ? "No map yet" : "Unfinished")}: {Words.Text.Count(p.PointsDone)} of {Words.Text.Of(p.PointsTotal, "point")}";

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
            Fail(error);
            await changed(this);
        }
    }

    /// <summary>Takes note of why there will be no answer.</summary>
    public void Fail(Exception error) => Error ??= error;

    /// <summary>Takes note of how far the image is, where all methods of a job are computed together.</summary>
    public void Share(ExplainUpdate.Progress? progress) => Progress = progress is null ? null
        : progress with { StandardError = null, ConvergenceDelta = null, ErrorEstimate = null };

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
