using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Dashboard.Hosting;
using SaliencyCluster.Dashboard.Words;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>What a job of <c>maximize</c> or <c>invert</c> has drawn, and draws.</summary>
public sealed partial class DrawingView : ComponentBase, IAsyncDisposable
{
    /// <summary>The most restarts of one page: more would be too small to be compared.</summary>
    public const int Most = 8;

    // Below it two pictures are one to a person.
    private const double Alike = 5;
    private const double Left = 80, Right = 950, Top = 10, Bottom = 195;

    private readonly CancellationTokenSource _leaving = new();
    private readonly List<MapPanel> _panels = [];
    private readonly Dictionary<int, DrawnSeries> _series = [];
    private ElementReference _root;
    private IJSObjectReference? _module, _view;
    private int[] _steps = [0];
    private int _first = -1;

    [Inject] private ClusterConnection Connection { get; set; } = null!;

    [Inject] private IJSRuntime Script { get; set; } = null!;

    [Inject] private AssetFiles Files { get; set; } = null!;

    /// <summary>Gets or sets the job.</summary>
    [Parameter, EditorRequired] public Job Job { get; set; } = null!;

    /// <summary>Gets or sets the image that was opened: it is shown among those around it.</summary>
    [Parameter] public int Index { get; set; }

    /// <summary>Gets whether a method draws images instead of explaining them.</summary>
    public static bool IsDrawn(string method) => method is "maximize" or "invert";

    private bool Inverts => Job.Options.Method == "invert";

    private string Measure => Inverts ? "relative error" : "score";

    private List<(int Place, DrawnSeries Series)> Drawn =>
        [.. _series.Where(s => _panels[s.Key].Result is not null).OrderBy(s => s.Key).Select(s => (s.Key, s.Value))];

    // The traces of the restarts that have one, as paths, and the values at the ends of their axis; null where none has.
    private (List<(int Place, string Path)> Paths, string Lowest, string Highest)? Curves()
    {
        var traces = _panels.Select((p, i) => (Place: i, Trace: p.Result?.Trace)).Where(t => t.Trace is { Count: > 1 }).ToList();
        if (traces.Count == 0) return null;
        Func<float, double> scale = Inverts ? v => Math.Log(Math.Max(1e-6, Math.Sqrt(Math.Max(0, -v)))) : v => v;
        var all = traces.SelectMany(t => t.Trace!).ToList();
        var (low, high) = (all.Min(scale), all.Max(scale));
        var (width, height) = ((Right - Left) / _steps[^1], (Bottom - Top) / Math.Max(1e-9, high - low));
        var paths = traces.Select(t => (t.Place, string.Concat(t.Trace!.Select((v, step) => string.Create(CultureInfo.InvariantCulture,
            $"{(step == 0 ? 'M' : 'L')}{Left + (width * step):0.#} {Bottom - (height * (scale(v) - low)):0.#}"))))).ToList();
        return (paths, Value(all.MinBy(scale)), Value(all.MaxBy(scale)));
    }

    private static string StateOf(MapPanel panel) =>
        panel.IsRunning ? "running" : panel.Result?.Failure is null && panel.Error is null ? "done" : "failed";

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        var first = Index / Most * Most;
        if (first == _first) return;
        // Another page of restarts makes another view: the page gives each its own key.
        _first = first;
        _steps = DrawnSeries.StepsOf(Job.Options.HasSteps ? (int)Job.Options.Steps : Inverts ? 512 : 256);
        _panels.AddRange(Enumerable.Range(0, Math.Min(Most, Job.Images - first)).Select(_ => new MapPanel(new(0, ""), Job.Options.Method)));
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        try
        {
            _module = await Script.InvokeAsync<IJSObjectReference>("import", Files.Url("drawing-view.js"));
            _view = await _module.InvokeAsync<IJSObjectReference>("create", _root, _steps);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException or ObjectDisposedException)
        {
            return;
        }
        foreach (var panel in _panels.ToArray()) _ = StartAsync(panel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        foreach (var panel in _panels) panel.Dispose();
        try
        {
            if (_view is not null) await _view.InvokeVoidAsync("dispose");
            if (_view is not null) await _view.DisposeAsync();
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException or ObjectDisposedException)
        {
            // The page is gone, and the pictures with it.
        }
    }

    private async Task StartAsync(MapPanel panel)
    {
        var leaving = _leaving.Token;
        try
        {
            await panel.RunAsync(async closing =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(closing, leaving);
                var index = _first + _panels.IndexOf(panel);
                if (await Connection.Client.Images.ReadResultAsync(Job.JobId, index, cancellation: either.Token) is { } answer)
                {
                    panel.Finish(answer);
                    await ChangedAsync(panel);
                }
                else
                {
                    var updates = Connection.Client.Images.WatchAsync(Job.JobId, index, partialMaps: true, either.Token);
                    await panel.FollowAsync(updates, ChangedAsync);
                }
            }, ChangedAsync);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }

    private async Task ChangedAsync(MapPanel panel)
    {
        if (_leaving.IsCancellationRequested || _view is null) return;
        var place = _panels.IndexOf(panel);
        if (panel.Map is { } map && DrawnSeries.Of(map, panel.Result?.ChannelsLast, Job.Options.Ascent) is { } series)
        {
            _series[place] = series;
            string[] values = panel.Result is { } r ? [.. r.FrameScores.Select(Value)] : [];
            await _view.InvokeVoidAsync("set", _leaving.Token, place, series.Width, series.Height, series.Frames, values, series.Pixels);
        }
        await InvokeAsync(StateHasChanged);
    }

    private string Value(float score) => Inverts
        ? Math.Sqrt(Math.Max(0, -score)).ToString("P2", CultureInfo.InvariantCulture) : Text.Number(score);

    private static string Said(List<List<double>> distances)
    {
        var all = distances.SelectMany((row, i) => row.Take(i)).ToList();
        var (near, far) = (all.Min(), all.Max());
        var span = near == far ? $"{near:0.0}" : string.Create(CultureInfo.InvariantCulture, $"{near:0.0} to {far:0.0}");
        return $"The ends differ by {span} of 255 in pixels (root mean square; two pictures of random pixels differ by 104). "
            + (far < Alike ? "They are nearly the same picture." : near < Alike ? "Some are nearly the same picture, others are not."
                : "The picture is not unique.");
    }
}
