using System.Collections.Concurrent;
using SaliencyCluster.Attribution.Evidence.Maps;
using SaliencyCluster.Attribution.Evidence.Statistics;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Evidence.Checks;

/// <summary>The maps of a window of images: asks the engine, enlarges coarse maps, and lets checks measure.</summary>
internal sealed class MapBatches(EvaluationPlan plan, IExplanationEngine engine, Ledger ledger, IReadOnlyList<EvidenceImage> images)
{
    private readonly ConcurrentDictionary<MethodUnderTest, OriginalMap?[]> _originals = new();

    /// <summary>Computes the trained model's maps of a method.</summary>
    public async Task LoadOriginalAsync(MethodUnderTest method, CancellationToken cancellation)
    {
        var key = new MapKey(plan.Model.Trained, method);
        OriginalMap?[] maps;
        if (method.Control is { } control)
        {
            maps = [.. images.Select(i => new OriginalMap(ControlMaps.Of(control, key, i, i.Pixels), "", null))];
        }
        else
        {
            var explained = await engine.ExplainAsync(key.State, method.Request!, [.. images.Select(i => new IndexedImage(i.Index, i.Pixels))], cancellation);
            ledger.Computed(key.State, method.Name, explained);
            maps = [.. explained.Zip(images, (e, i) => e.Map is null ? null : new OriginalMap(Enlarged(e.Map, i), e.Target, e))];
        }
        _originals[method] = maps;
        foreach (var (image, map) in images.Zip(maps))
            if (map is not null && image.Index < plan.MontageImages) ledger.Show(new(null, method.Name, image.Index, map.Map));
        ledger.Done($"{method.Name} of {plan.Model.Name}");
    }

    /// <summary>Computes the maps of a key once and lets every question about them measure.</summary>
    public async Task<IReadOnlyList<Measurement>> AnswerAsync(MapKey key, IReadOnlyList<MapQuestion> questions, CancellationToken cancellation)
    {
        var originals = _originals[key.Method];
        var maps = await MapsAsync(key, originals, cancellation);
        var measurements = new List<Measurement>();
        for (var i = 0; i < images.Count; i++)
        {
            if (originals[i] is not { } original || maps[i] is not { } map) continue;
            var answer = new MapAnswer(images[i], original, map.Map, map.Target == original.Target);
            measurements.AddRange(questions.SelectMany(q => q.Measure(answer)));
            if (images[i].Index < plan.MontageImages)
                foreach (var slot in questions.Select(q => q.Montage).OfType<MontageSlot>()) ledger.Show(new(slot, key.Method.Name, images[i].Index, map.Map));
        }
        ledger.Done($"{key.Method.Name} of {key.State.Model}{(key.State.Randomization is { } r ? $" with {r.Layers.Count} layers randomised" : "")}");
        return measurements;
    }

    /// <summary>Evaluates the model on perturbed images and lets the question measure.</summary>
    public async Task<IReadOnlyList<Measurement>> AnswerAsync(ForwardQuestion question, CancellationToken cancellation)
    {
        var measurements = new List<Measurement>();
        foreach (var (image, original) in images.Zip(_originals[question.Method]))
        {
            if (original is null) continue;
            Tensor[] points = [.. question.Points(image, original)];
            var outputs = await engine.ForwardAsync(question.State, points, cancellation);
            ledger.Forwarded(points.Length);
            measurements.AddRange(question.Measure(image, original, outputs));
        }
        ledger.Done($"perturbed images by {question.Method.Name}");
        return measurements;
    }

    private async Task<(Tensor Map, string Target)?[]> MapsAsync(MapKey key, OriginalMap?[] originals, CancellationToken cancellation)
    {
        var maps = new (Tensor, string)?[images.Count];
        if (key == new MapKey(plan.Model.Trained, key.Method))
            return [.. originals.Select(o => o is null ? default((Tensor, string)?) : (o.Map, o.Target))];
        if (key.Method.Control is { } control)
            return [.. images.Select(i => ((Tensor, string)?)(ControlMaps.Of(control, key, i, Pixels(key, i)), ""))];

        var byTarget = Enumerable.Range(0, images.Count).Where(i => originals[i] is not null).GroupBy(i => TargetOf(key, i, originals[i]!));
        foreach (var group in byTarget)
        {
            int[] members = [.. group];
            var explained = await engine.ExplainAsync(
                key.State, key.Method.Request! with { Target = group.Key }, [.. members.Select(i => new IndexedImage(images[i].Index, Pixels(key, images[i])))], cancellation);
            ledger.Computed(key.State, key.Method.Name, explained);
            foreach (var (i, e) in members.Zip(explained))
                if (e.Map is not null) maps[i] = (Enlarged(e.Map, images[i]), e.Target);
        }
        return maps;
    }

    private string TargetOf(MapKey key, int index, OriginalMap original) => key.Class switch
    {
        ClassRule.Original => original.Target,
        ClassRule.Predicted => TargetSpec.Predicted,
        ClassRule.RandomOther => OtherClass(original.Target, images[index].Index),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Class, null),
    };

    private string OtherClass(string target, uint image)
    {
        var classes = (int)plan.Model.Summary.OutputShape[0];
        var own = int.Parse(target, System.Globalization.CultureInfo.InvariantCulture);
        var drawn = new RandomStream(plan.Seeds[0], EvidenceStream.RandomLogit, image).NextBelow(classes - 1);
        return (drawn < own ? drawn : drawn + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Tensor Pixels(MapKey key, EvidenceImage image) => key.Perturbation?.Of(image) ?? image.Pixels;

    private static Tensor Enlarged(Tensor map, EvidenceImage image)
    {
        var (_, height, width) = MapView.SizeOf(image.Pixels);
        return Resizing.To(map, height, width);
    }
}
