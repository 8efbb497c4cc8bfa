using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Evaluations;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>What stands around the maps of an image page: classes, other models, evidence.</summary>
public sealed partial class ImagePage
{
    // Each is asked for by itself.
    private const int MaxModels = 12;

    // By the model's file: what evaluations found of each method.
    private readonly Dictionary<string, IReadOnlyDictionary<string, Evidence>> _evidence = [];

    // By name and version, which never change: neighbouring images ask for the same ones.
    private readonly Dictionary<string, Model> _modelsRead = [];

    private string? ComparedName => _compared is null ? null : NameOf(_compared);

    private static string NameOf(Model model) => $"{model.Name}:{model.Version}";

    // The maps come first: each of these asks when those have been asked for, and is shown as soon as it is known.
    private async Task ReadAroundAsync(CancellationToken looking)
    {
        await TryAsync(async () => _model = await ModelAsync(_job!.Model, looking));
        if (_model is null) return;
        await TryAsync(async () =>
        {
            var image = await Connection.Client.Images.ReadAsync(JobId, Index, looking);
            _scores = await ClassScores.AskAsync(Connection.Client, _model, _job!, image.ToInput(), looking);
        });
        await TryAsync(() => ReadEvidenceAsync(_model.Sha256, looking));
        await TryAsync(async () => _models = await OthersAsync(_model, looking));
        foreach (var hash in _models.Where(m => _panels.Exists(p => p.Spec.Model == NameOf(m))).Select(m => m.Sha256).Distinct())
            await TryAsync(() => ReadEvidenceAsync(hash, looking));

        async Task TryAsync(Func<Task> read)
        {
            try
            {
                await read();
                if (!looking.IsCancellationRequested) StateHasChanged();
            }
            catch (GatewayException) when (!looking.IsCancellationRequested)
            {
                // The model was removed since, or nobody answers: the maps are there without what stands around them.
            }
        }
    }

    private async Task<Model> ModelAsync(string name, CancellationToken looking) => _modelsRead.TryGetValue(name, out var known)
        ? known : _modelsRead[name] = await Connection.Client.Models.GetAsync(name, looking);

    private async Task ReadEvidenceAsync(string hash, CancellationToken looking)
    {
        if (!_evidence.ContainsKey(hash)) _evidence[hash] = await Evidences.OfAsync(hash, looking);
    }

    // Those that see the same of an image: another size or another cut would lie elsewhere on it.
    private async Task<IReadOnlyList<Model>> OthersAsync(Model own, CancellationToken looking)
    {
        var listed = await Names.ReadAsync(looking);
        var newest = listed.Where(m => m.Quarantine is null && (m.Name != own.Name || m.Version != own.Version))
            .GroupBy(m => m.Name).Select(g => g.MaxBy(m => m.Version)!).OrderBy(m => m.Name, StringComparer.Ordinal).Take(MaxModels);
        var found = new List<Model>();
        foreach (var listing in newest)
        {
            var model = await ModelAsync($"{listing.Name}:{listing.Version}", looking);
            var isSeenAlike = model.ImageShape.SequenceEqual(own.ImageShape) && Equals(model.Preprocessing?.Resize, own.Preprocessing?.Resize);
            if (isSeenAlike) found.Add(model);
        }
        return found;
    }

    private string HashOf(MapPanel panel) => panel.Spec.Model is null ? _model?.Sha256 ?? ""
        : panel.Result?.ModelSha256 ?? _models.FirstOrDefault(m => NameOf(m) == panel.Spec.Model)?.Sha256 ?? "";

    private Evidence? EvidenceOf(MapPanel panel) => _evidence.GetValueOrDefault(HashOf(panel))?.GetValueOrDefault(panel.Method);

    private async Task ExplainClassAsync(int index)
    {
        var target = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await CompareAsync(new PanelSpec(null, _panels[0].Method, Target: target).ToString());
    }
}
