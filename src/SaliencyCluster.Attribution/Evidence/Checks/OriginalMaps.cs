using System.Collections.Concurrent;
using SaliencyCluster.Attribution.Evidence.Maps;

namespace SaliencyCluster.Attribution.Evidence.Checks;

/// <summary>The trained model's maps of a window of images, each method's asked for once, when the first question needs it.</summary>
internal sealed class OriginalMaps(EvaluationPlan plan, IExplanationEngine engine, IReadOnlyList<EvidenceImage> images, int window, CancellationToken cancellation)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<(OriginalMap?[] Maps, IReadOnlyList<ExplainedMap> Explained)>>> _maps = new();

    /// <summary>The batch's name.</summary>
    public string NameOf(MethodUnderTest method) => $"w{window}.m{plan.Methods.Index().First(m => m.Item.Name == method.Name).Index}";

    /// <summary>Gets a method's maps, enlarged to the images' size; null for images that cannot be explained.</summary>
    public async Task<OriginalMap?[]> GetAsync(MethodUnderTest method) => (await LoadAsync(method)).Maps;

    /// <summary>What is kept of them: those that the report shows.</summary>
    public async Task<BatchAnswer> AnswerAsync(MethodUnderTest method)
    {
        var (maps, explained) = await LoadAsync(method);
        var shown = images.Zip(maps).Where(p => p.Second is not null && p.First.Index < plan.MontageImages);
        return new()
        {
            Montage = [.. shown.Select(p => new MontageMap(null, method.Name, p.First.Index, p.Second!.Map))],
            State = explained.Count > 0 ? plan.Model.Trained.Hash : null,
            Maps = explained.Count,
            Points = explained.Sum(e => e.Points),
            Failures = [.. explained.Where(e => e.Failure is not null).Select(e => $"{method.Name}: {e.Failure}")],
        };
    }

    private Task<(OriginalMap?[] Maps, IReadOnlyList<ExplainedMap> Explained)> LoadAsync(MethodUnderTest method) =>
        _maps.GetOrAdd(method.Name, _ => new(() => ComputeAsync(method))).Value;

    private async Task<(OriginalMap?[], IReadOnlyList<ExplainedMap>)> ComputeAsync(MethodUnderTest method)
    {
        var key = new MapKey(plan.Model.Trained, method);
        if (method.Control is { } control) return ([.. images.Select(i => new OriginalMap(ControlMaps.Of(control, key, i, i.Pixels), "", null))], []);
        var batch = new MapBatch(NameOf(method), key.State, method.Request!, [.. images.Select(i => new BatchImage(i.Index, i.Name, i.Pixels))]);
        var explained = await engine.ExplainAsync(batch, cancellation);
        return ([.. explained.Zip(images, (e, i) => e.Map is null ? null : new OriginalMap(Enlarged(e.Map, i), e.Target, e))], explained);
    }

    /// <summary>A coarse map at the image's size.</summary>
    public static Tensor Enlarged(Tensor map, EvidenceImage image)
    {
        var (_, height, width) = MapView.SizeOf(image.Pixels);
        return Resizing.To(map, height, width);
    }
}
