using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Dashboard.Words;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>One image with its maps side by side: the job's own, and others that are computed for the comparison.</summary>
public sealed partial class ImagePage
{
    private const string Idle = "Point at a pixel, or move over a picture with the arrow keys, to read the values there.";
    private const string Keys =
        "Arrow keys move the cross-hair, with Shift by ten pixels; + and − zoom, 0 fits, Escape removes the cross-hair.";
    private readonly List<MapPanel> _panels = [];
    private IReadOnlyList<Method> _methods = [];
    private IReadOnlyList<PanelSpec> _ofJob = [];
    private ElementReference _root;
    private ImageView? _view;
    // Ends when another image is shown.
    private CancellationTokenSource _looking = new();
    // The panels of the newest rendering: what is told of after a rendering may be an earlier one.
    private int _laidOut;
    private bool _isMade;
    private Job? _job;
    private Model? _model;
    private Model? _compared;
    private IReadOnlyList<Model> _models = [];
    private ClassScores? _scores;
    private string? _name, _said;
    private Exception? _error;
    private IReadOnlyList<Job> _others = [];
    private IReadOnlyList<ImageResult> _neighbours = [];
    private (string Job, int Index) _shown;

    /// <summary>Gets or sets the job.</summary>
    [Parameter] public string JobId { get; set; } = "";

    /// <summary>Gets or sets the image.</summary>
    [Parameter] public int Index { get; set; }

    // A series of images is shown as pictures, not as a map.
    private bool IsDrawn => _job is not null && DrawingView.IsDrawn(_job.Options.Method);

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
            var job = await Connection.Client.Jobs.GetAsync(JobId, Leaving);
            if (Index >= job.Images) _said = $"This job has {Text.Of(job.Images, "image")}; there is no image {Index + 1}.";
            else _neighbours = (await Connection.Client.Images.ListAsync(
                JobId, Math.Max(0, Index - Filmstrip.Reach), 2 * Filmstrip.Reach + 1, Leaving)).Images;
            _name = _neighbours.FirstOrDefault(i => i.Index == Index)?.Name;
            // Before anything is drawn: what comes later would move the pictures.
            _others = [.. (await Companions.OfAsync(Connection.Client, job, Leaving)).Where(j => j.JobId != JobId && Index < j.Images)];
            if (DrawingView.IsDrawn(job.Options.Method))
            {
                _job = job;
                return;
            }
            _ofJob = [.. Enumerable.Range(0, job.Compared.Count + 1).Select(i => new PanelSpec(i, ""))];
            _job = job;
            var (specs, leftOut) = PanelSpec.Read(new(Navigation.Uri), _ofJob.Count, _methods.Select(m => m.Name).ToHashSet());
            _said ??= leftOut;
            _panels.AddRange(specs.Select(PanelOf));
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
        var looking = _looking.Token;
        var view = await ImageView.CreateAsync(Script, AssetFiles, _root, $"{Files}/image.png", await PlaceAsync());
        if (looking.IsCancellationRequested)
        {
            // Another image was opened meanwhile.
            await view.DisposeAsync();
            return;
        }
        _view = view;
        Start(_panels);
        await StartAsync(() => ReadAroundAsync(_looking.Token));
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

    private MapPanel PanelOf(PanelSpec spec) =>
        spec.OfJob is null ? new(spec, spec.Method) : new(spec, OptionsOf(spec).Method, NameOfJob(spec));

    private ExplanationOptions OptionsOf(PanelSpec spec) => spec.OfJob is > 0 and { } index ? _job!.Compared[index - 1] : _job!.Options;

    // With a number where the job asks for a method several times.
    private string NameOfJob(PanelSpec spec)
    {
        var method = OptionsOf(spec).Method;
        var before = _ofJob.Take(spec.OfJob!.Value).Count(s => OptionsOf(s).Method == method);
        return before == 0 ? method : $"{method} ({before + 1})";
    }

    private bool IsShown(PanelSpec spec) => _panels.Exists(p => p.Spec == spec);

    // The methods of a job are computed together, so all of them are followed at once.
    private void Start(IReadOnlyCollection<MapPanel> panels)
    {
        MapPanel[] ofJob = [.. panels.Where(p => p.IsOfJob)];
        if (ofJob.Length > 0) _ = StartAsync(() => FillOfJobAsync(ofJob, _looking.Token));
        foreach (var panel in panels.Where(p => !p.IsOfJob).ToArray())
            _ = StartAsync(() => panel.RunAsync(closing => FillAsync(panel, closing), ChangedAsync));
    }

    private async Task StartAsync(Func<Task> work)
    {
        var looking = _looking.Token;
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (looking.IsCancellationRequested || Leaving.IsCancellationRequested)
        {
            // The image was left.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }

    private async Task FillAsync(MapPanel panel, CancellationToken closing)
    {
        var image = await Connection.Client.Images.ReadAsync(JobId, Index, closing);
        var model = panel.Spec.Model ?? _job!.Model;
        var updates = Connection.Client.ViewAsync(model, QuestionOf(panel.Spec), image.ToInput(), _job!.Pool, closing);
        await panel.FollowAsync(updates, ChangedAsync);
        await ChangedAsync(panel);
    }

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
                foreach (var panel in panels) panel.Finish(answers[Math.Min(panel.Spec.OfJob!.Value, answers.Count - 1)]);
        }
        catch (GatewayException error)
        {
            foreach (var panel in panels) panel.Fail(error);
        }
        foreach (var panel in panels) await ChangedAsync(panel);
    }

    // Maps of different questions cannot be compared: the class and the score are those of the job, and so is what its method was told.
    private ExplanationOptions QuestionOf(PanelSpec spec)
    {
        var job = _job!.Compared.Prepend(_job.Options).FirstOrDefault(o => o.Method == spec.Method);
        var options = job?.Clone() ?? new ExplanationOptions { Method = spec.Method };
        if (job is not null) return Ask(options, spec);
        job = _job.Options;
        if (job.HasTarget) options.Target = job.Target;
        if (job.HasScore) options.Score = job.Score;
        if (job.HasOutput) options.Output = job.Output;
        if (job.HasBox) options.Box = job.Box;
        if (job.HasDetection) options.Detection = job.Detection;
        if (job.HasHead) options.Head = job.Head;
        if (job.HasScoreThreshold) options.ScoreThreshold = job.ScoreThreshold;
        if (job.HasIou) options.Iou = job.Iou;
        return Ask(options, spec);
    }

    private static ExplanationOptions Ask(ExplanationOptions options, PanelSpec spec)
    {
        if (spec.Target is not null) options.Target = spec.Target;
        // Tensors have other names in another model.
        if (spec.Model is not null) options.ClearLayer();
        if (spec.Model is not null) options.ClearOutput();
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

    private async Task CompareAsync(string? word)
    {
        if (string.IsNullOrEmpty(word)) return;
        var spec = PanelSpec.Parse(word);
        _said = _panels.Count < PanelSpec.Most ? null : PanelSpec.TooMany;
        if (_said is not null || IsShown(spec)) return;
        var panel = PanelOf(spec);
        _panels.Add(panel);
        await KeepPanelsAsync();
        Start([panel]);
        if (_compared is { } of && spec.Model is not null) await StartAsync(() => ReadEvidenceAsync(of.Sha256, _looking.Token));
    }

    private async Task CloseAsync(MapPanel panel)
    {
        if (_panels.Count == 1) return;
        _panels.Remove(panel);
        panel.Dispose();
        _said = null;
        if (_view is not null) await _view.RemoveAsync(panel.Id);
        await KeepPanelsAsync();
    }

    private async Task KeepPanelsAsync()
    {
        if (_view is not null) await _view.KeepPanelsAsync(_panels.Select(p => p.Spec));
    }

    private async Task SaveAsync(MapPanel panel)
    {
        using var stream = new DotNetStreamReference(new MemoryStream(Npy.Write(panel.Map!)));
        await Script.InvokeVoidAsync("saliencySave", $"{_name}-{panel.Name}.npy", stream);
    }

    private string Of(Job other) => $"/jobs/{Uri.EscapeDataString(other.JobId)}/images/{Index}";

    // How it is shown is added by the browser, which alone knows it.
    private string Beside(int by) => $"/jobs/{Uri.EscapeDataString(JobId)}/images/{Index + by}";

    private async Task LeaveImageAsync()
    {
        await _looking.CancelAsync();
        _looking.Dispose();
        _looking = new();
        foreach (var panel in _panels) panel.Dispose();
        _panels.Clear();
        (_error, _name, _said, _others, _neighbours, _scores) = (null, null, null, [], [], null);
        // Forgotten before it ends: what still runs for this image must not call it.
        var view = _view;
        (_view, _isMade, _laidOut) = (null, false, 0);
        if (view is not null) await view.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await LeaveImageAsync();
        await _looking.CancelAsync();
    }
}
