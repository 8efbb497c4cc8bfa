using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>One image with its maps side by side: the job's own, and others that are computed for the comparison.</summary>
public sealed partial class ImagePage
{
    private readonly List<MapPanel> _panels = [];
    private IReadOnlyList<Method> _methods = [];
    private ElementReference _root;
    private ImageView? _view;
    // The panels of the newest rendering: what is told of after a rendering may be an earlier one.
    private int _laidOut;
    private bool _isMade;
    private Job? _job;
    private Model? _model;
    private string? _name;
    private Exception? _error;
    private IReadOnlyList<Job> _others = [];
    private (string Job, int Index) _shown;

    /// <summary>Gets or sets the job.</summary>
    [Parameter] public string JobId { get; set; } = "";

    /// <summary>Gets or sets the image.</summary>
    [Parameter] public int Index { get; set; }

    /// <summary>Gets or sets the methods that are compared, with commas between them.</summary>
    [SupplyParameterFromQuery(Name = "methods")] public string? Compared { get; set; }

    /// <summary>Gets or sets below which share of the greatest value nothing is shown, in percent.</summary>
    [SupplyParameterFromQuery(Name = "threshold")] public int? Threshold { get; set; }

    /// <summary>Gets or sets how strongly the colours cover the image, in percent.</summary>
    [SupplyParameterFromQuery(Name = "opacity")] public int? Opacity { get; set; }

    /// <summary>Gets or sets whether maps are shown over the image (<c>overlay</c>) or alone (<c>map</c>).</summary>
    [SupplyParameterFromQuery(Name = "view")] public string? View { get; set; }

    private string Shown => View == "map" ? "map" : "overlay";

    private string Files => ImageFiles.Folder(JobId, Index);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (JobId, Index)) return;
        _shown = (JobId, Index);
        await LeaveImageAsync();
        try
        {
            _methods = await Methods.ReadAsync(Leaving);
            _job = await Connection.Client.Jobs.GetAsync(JobId, Leaving);
            var image = (await Connection.Client.Images.ListAsync(JobId, Index, 1, Leaving)).Images.FirstOrDefault();
            _name = image?.Name;
            foreach (var method in _job.Compared.Prepend(_job.Options).Select(o => o.Method))
            {
                var before = _panels.Count(p => p.Method == method);
                _panels.Add(new(method, _panels.Count, before == 0 ? null : $"{method} ({before + 1})"));
            }
            var compared = (Compared ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
            _panels.AddRange(compared.Where(IsKnown).Distinct().Select(m => new MapPanel(m)));
            _others = [.. (await Companions.OfAsync(Connection.Client, _job, Leaving)).Where(j => j.JobId != JobId && Index < j.Images)];
        }
        catch (GatewayException error)
        {
            _error = error;
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_job is null || _isMade || _panels.Count == 0 || _laidOut != _panels.Count) return;
        // Said before the first wait: drawing again must not make a second one.
        _isMade = true;
        var settings = new { threshold = Threshold ?? 0, opacity = Opacity ?? 90, view = Shown, place = await PlaceAsync() };
        _view = await ImageView.CreateAsync(Script, AssetFiles, _root, $"{Files}/image.png", settings);
        _ = StartAsync(_panels[0]);
        foreach (var panel in _panels.Where(p => !p.IsOfJob).ToArray()) _ = StartAsync(panel);
        await ReadModelAsync();
    }

    // Where maps lie on the image, as shares of its sides.
    private async Task<double[]?> PlaceAsync()
    {
        try
        {
            var picture = await Connection.Client.Images.RenderAsync(JobId, Index, Rendering.Image, 16, cancellation: Leaving);
            return picture.MapPlace is not { } p ? null
                : [p.Left / picture.ImageWidth, p.Top / picture.ImageHeight, p.Right / picture.ImageWidth, p.Bottom / picture.ImageHeight];
        }
        catch (GatewayException error)
        {
            // A file that is no picture has no map either; the panels say why.
            _error = error;
            return null;
        }
    }

    private async Task ReadModelAsync()
    {
        try
        {
            _model = await Connection.Client.Models.GetAsync(_job!.Model, Leaving);
            StateHasChanged();
        }
        catch (GatewayException)
        {
            // The model was removed since: the job has its own copy, and there is nothing to compare with.
        }
    }

    private async Task StartAsync(MapPanel panel)
    {
        try
        {
            await panel.RunAsync(closing => FillAsync(panel, closing), ChangedAsync);
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }

    private async Task FillAsync(MapPanel panel, CancellationToken closing)
    {
        if (panel.IsOfJob)
        {
            await FillOfJobAsync([.. _panels.Where(p => p.IsOfJob)], closing);
            return;
        }
        var image = await Connection.Client.Images.ReadAsync(JobId, Index, closing);
        var question = QuestionOf(_job!.Options, panel.Method);
        var updates = Connection.Client.ViewAsync(_job.Model, question, image.ToInput(), _job.Pool, closing);
        await panel.FollowAsync(updates, ChangedAsync);
        await ChangedAsync(panel);
    }

    // The methods of a job are computed together, so all of them are followed by the first.
    private async Task FillOfJobAsync(MapPanel[] panels, CancellationToken closing)
    {
        try
        {
            var answers = await Connection.Client.Images.ReadAllResultsAsync(JobId, Index, closing);
            if (answers.Count == 0)
            {
                await panels[0].FollowAsync(Connection.Client.Images.WatchAsync(JobId, Index, partialMaps: true, closing), first =>
                {
                    foreach (var panel in panels.Skip(1)) panel.Share(first.Progress);
                    return ChangedAsync(first);
                });
                answers = await Connection.Client.Images.ReadAllResultsAsync(JobId, Index, closing);
            }
            // An image that failed has one answer, for all methods.
            if (answers.Count > 0)
                foreach (var panel in panels) panel.Finish(answers[Math.Min(panel.OfJob!.Value, answers.Count - 1)]);
        }
        catch (GatewayException error)
        {
            foreach (var panel in panels) panel.Fail(error);
        }
        foreach (var panel in panels) await ChangedAsync(panel);
    }

    // Maps of different questions cannot be compared: the class and the score are those of the job.
    private static ExplanationOptions QuestionOf(ExplanationOptions job, string method)
    {
        var options = new ExplanationOptions { Method = method };
        if (job.HasTarget) options.Target = job.Target;
        if (job.HasScore) options.Score = job.Score;
        if (job.HasOutput) options.Output = job.Output;
        if (job.HasBox) options.Box = job.Box;
        if (job.HasDetection) options.Detection = job.Detection;
        if (job.HasHead) options.Head = job.Head;
        if (job.HasScoreThreshold) options.ScoreThreshold = job.ScoreThreshold;
        if (job.HasIou) options.Iou = job.Iou;
        return options;
    }

    private async Task ChangedAsync(MapPanel panel)
    {
        if (Leaving.IsCancellationRequested || _view is null || !_panels.Contains(panel)) return;
        // What is said to be finished has been drawn.
        if (panel.Map is { } map)
        {
            var method = _methods.FirstOrDefault(m => m.Name == panel.Method);
            var kind = new MapKind(
                method?.Signed ?? true, method?.HasOffset ?? false, panel.Result?.ChannelsLast ?? false, panel.Result is not null);
            await _view.ShowAsync(panel.Id, map, kind);
        }
        StateHasChanged();
    }

    private async Task CompareAsync(string? method)
    {
        if (method is null || !IsKnown(method)) return;
        var panel = new MapPanel(method);
        _panels.Add(panel);
        KeepCompared();
        await StartAsync(panel);
    }

    private async Task CloseAsync(MapPanel panel)
    {
        _panels.Remove(panel);
        panel.Dispose();
        KeepCompared();
        if (_view is not null) await _view.RemoveAsync(panel.Id);
    }

    private async Task ShowAsync(string view)
    {
        View = view;
        Keep("view", view, "overlay");
        if (_view is not null) await _view.SetViewAsync(view);
    }

    private async Task SaveAsync(MapPanel panel)
    {
        using var stream = new DotNetStreamReference(new MemoryStream(Npy.Write(panel.Map!)));
        await Script.InvokeVoidAsync("saliencySave", $"{_name}-{panel.Name}.npy", stream);
    }

    private bool IsKnown(string method) => _methods.Any(m => m.Name == method) && _panels.TrueForAll(p => p.Method != method);

    private void KeepCompared() => Keep("methods", string.Join(',', _panels.Where(p => !p.IsOfJob).Select(p => p.Method)), "");

    private void Keep(string name, object? value, string usual) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, value as string is { } text && text != usual ? text : null), replace: true);

    private string Of(Job other) => $"/jobs/{Uri.EscapeDataString(other.JobId)}/images/{Index}{new Uri(Navigation.Uri).Query}";

    private string Beside(int by) => $"/jobs/{Uri.EscapeDataString(JobId)}/images/{Math.Clamp(Index + by, 0, Math.Max(0, (_job?.Images ?? 1) - 1))}{new Uri(Navigation.Uri).Query}";

    private async Task LeaveImageAsync()
    {
        foreach (var panel in _panels) panel.Dispose();
        _panels.Clear();
        (_error, _name, _others) = (null, null, []);
        if (_view is not null) await _view.DisposeAsync();
        (_view, _isMade, _laidOut) = (null, false, 0);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await LeaveImageAsync();
    }
}
