using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>One image with its maps side by side: the job's own, and others that are computed for the comparison.</summary>
public sealed partial class ImagePage
{
    private readonly List<MapPanel> _panels = [];
    private IReadOnlyList<Method> _methods = [];
    private ElementReference _root;
    private ImageView? _view;
    private bool _isMade;
    private Job? _job;
    private Model? _model;
    private string? _name;
    private Exception? _error;
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
            _panels.Add(new(_job.Options.Method, isOfJob: true));
            _panels.AddRange((Compared ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Where(IsKnown).Distinct().Select(m => new MapPanel(m, isOfJob: false)));
        }
        catch (GatewayException error)
        {
            _error = error;
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_job is null || _isMade || _panels.Count == 0) return;
        // Said before the first wait: drawing again must not make a second one.
        _isMade = true;
        _view = await ImageView.CreateAsync(Script, AssetFiles, _root, $"{Files}/image.png", new { threshold = Threshold ?? 0, opacity = Opacity ?? 90, view = Shown });
        foreach (var panel in _panels.ToArray()) _ = StartAsync(panel);
        await ReadModelAsync();
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
            var answer = await Connection.Client.Images.ReadResultAsync(JobId, Index, cancellation: closing);
            if (answer is not null) panel.Finish(answer);
            else await panel.FollowAsync(Connection.Client.Images.WatchAsync(JobId, Index, partialMaps: true, closing), ChangedAsync);
        }
        else
        {
            var image = await Connection.Client.Images.ReadAsync(JobId, Index, closing);
            var options = new ExplanationOptions { Method = panel.Method };
            // The same class as the job's map: maps of different questions cannot be compared.
            if (_panels[0].Result is { Target.Length: > 0 } result) options.Target = result.Target;
            await panel.FollowAsync(Connection.Client.ExplainAsync(_job!.Model, options, image.ToInput(), partialMaps: true, _job.Pool, closing), ChangedAsync);
        }
        await ChangedAsync(panel);
    }

    private async Task ChangedAsync(MapPanel panel)
    {
        if (Leaving.IsCancellationRequested || _view is null || !_panels.Contains(panel)) return;
        StateHasChanged();
        if (panel.Map is { } map) await _view.ShowAsync(panel.Id, map, _methods.FirstOrDefault(m => m.Name == panel.Method)?.Signed ?? true);
    }

    private async Task CompareAsync(string? method)
    {
        if (method is null || !IsKnown(method)) return;
        var panel = new MapPanel(method, isOfJob: false);
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
        await Script.InvokeVoidAsync("saliencySave", $"{_name}-{panel.Method}.npy", stream);
    }

    private bool IsKnown(string method) => _methods.Any(m => m.Name == method) && _panels.TrueForAll(p => p.Method != method);

    private void KeepCompared() => Keep("methods", string.Join(',', _panels.Where(p => !p.IsOfJob).Select(p => p.Method)), "");

    private void Keep(string name, object? value, string usual) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, value as string is { } text && text != usual ? text : null), replace: true);

    private string Beside(int by) => $"/jobs/{Uri.EscapeDataString(JobId)}/images/{Math.Clamp(Index + by, 0, Math.Max(0, (_job?.Images ?? 1) - 1))}{new Uri(Navigation.Uri).Query}";

    private async Task LeaveImageAsync()
    {
        foreach (var panel in _panels) panel.Dispose();
        _panels.Clear();
        (_error, _name) = (null, null);
        if (_view is not null) await _view.DisposeAsync();
        (_view, _isMade) = (null, false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await LeaveImageAsync();
    }
}
