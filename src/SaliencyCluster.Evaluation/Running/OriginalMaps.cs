using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>The trained model's maps of a window of images, asked for once, when the first question needs them.</summary>
internal sealed class OriginalMaps
{
    private readonly EvaluationPlan _plan;
    private readonly IExplanationEngine _engine;
    private readonly IReadOnlyList<EvaluatedImage> _images;
    private readonly Lazy<Task<Dictionary<string, MethodMaps>>> _maps;

    public OriginalMaps(EvaluationPlan plan, IExplanationEngine engine, IReadOnlyList<EvaluatedImage> images, string batch, CancellationToken cancellation)
    {
        (_plan, _engine, _images) = (plan, engine, images);
        _maps = new(() => ComputeAsync(batch, cancellation));
    }

    /// <summary>Gets a method's maps, enlarged to the images' size; null for images that cannot be explained.</summary>
    public async Task<OriginalMap?[]> GetAsync(MethodUnderTest method) => (await _maps.Value)[method.Name].Maps;

    /// <summary>What is kept of them: those that the report shows.</summary>
    public async Task<BatchAnswer> AnswerAsync()
    {
        var maps = await _maps.Value;
        return BatchAnswer.Of([.. _plan.Methods.Select(m => AnswerOf(m, maps[m.Name]))]);
    }

    private BatchAnswer AnswerOf(MethodUnderTest method, MethodMaps given)
    {
        var shown = _images.Zip(given.Maps).Where(p => p.Second is not null && p.First.Index < _plan.MontageImages);
        var took = method.Control is null ? BatchAnswer.Of(_plan.Model.Trained, method, given.Explained) : new();
        return took with { Montage = [.. shown.Select(p => new MontageMap(null, method.Name, p.First.Index, p.Second!.Map))] };
    }

    private async Task<Dictionary<string, MethodMaps>> ComputeAsync(string name, CancellationToken cancellation)
    {
        var trained = _plan.Model.Trained;
        var given = _plan.Methods.Where(m => m.Control is not null).ToDictionary(
            m => m.Name, m => new MethodMaps([.. _images.Select(i => new OriginalMap(ControlMaps.Of(m.Control!.Value, new(trained, m), i, i.Pixels), "", null))], []));
        MethodUnderTest[] asked = [.. _plan.Methods.Where(m => m.Control is null)];
        if (asked.Length == 0) return given;
        var batch = new MapBatch(name, trained, [.. asked.Select(m => m.Request!)], [.. _images.Select(i => new BatchImage(i.Index, i.Name, i.Pixels, i.Target))]);
        var at = 0;
        await foreach (var explained in _engine.ExplainEachAsync(batch, cancellation))
            given.Add(asked[at++].Name, new([.. explained.Zip(_images, (e, i) => e.Map is null ? null : new OriginalMap(Enlarged(e.Map, i), e.Target, e))], explained));
        return given;
    }

    /// <summary>A coarse map at the image's size.</summary>
    public static Tensor Enlarged(Tensor map, EvaluatedImage image)
    {
        var (_, height, width) = MapView.SizeOf(image.Pixels);
        return Resizing.To(map, height, width);
    }

    private sealed record MethodMaps(OriginalMap?[] Maps, IReadOnlyList<ExplainedMap> Explained);
}
