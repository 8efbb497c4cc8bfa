using System.Globalization;
using SaliencyCluster.Attribution.Evidence.Statistics;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Evidence.Checks;

/// <summary>Answers questions about maps of a window of images: asks the engine for them once and lets every check measure.</summary>
internal sealed class MapAnswers(EvaluationPlan plan, IExplanationEngine engine, IReadOnlyList<EvidenceImage> images, OriginalMaps originals)
{
    /// <summary>Says in words which maps a key is about.</summary>
    public static string Describe(MapKey key) =>
        $"{key.Method.Name} of {key.State.Model}{(key.State.Randomization is { } r ? $" with {r.Layers.Count} layers randomised" : "")}";

    /// <summary>Computes the maps of a key and measures them.</summary>
    public async Task<BatchAnswer> AnswerAsync(string batch, MapKey key, IReadOnlyList<MapQuestion> questions, CancellationToken cancellation)
    {
        var trained = await originals.GetAsync(key.Method);
        var (maps, answer) = await MapsAsync(batch, key, trained, cancellation);
        var measurements = new List<Measurement>();
        var montage = new List<MontageMap>();
        for (var i = 0; i < images.Count; i++)
        {
            if (trained[i] is not { } original || maps[i] is not { } map) continue;
            var given = new MapAnswer(images[i], original, map.Map, map.Target == original.Target);
            measurements.AddRange(questions.SelectMany(q => q.Measure(given)));
            if (images[i].Index >= plan.MontageImages) continue;
            foreach (var slot in questions.Select(q => q.Montage).OfType<MontageSlot>()) montage.Add(new(slot, key.Method.Name, images[i].Index, map.Map));
        }
        return answer with { Measurements = measurements, Montage = montage };
    }

    private async Task<((Tensor Map, string Target)?[] Maps, BatchAnswer Answer)> MapsAsync(
        string batch, MapKey key, OriginalMap?[] trained, CancellationToken cancellation)
    {
        if (key == new MapKey(plan.Model.Trained, key.Method))
            return ([.. trained.Select(o => o is null ? default((Tensor, string)?) : (o.Map, o.Target))], new());
        if (key.Method.Control is { } control)
            return ([.. images.Select(i => ((Tensor, string)?)(ControlMaps.Of(control, key, i, Pixels(key, i)), ""))], new());
        int[] members = [.. Enumerable.Range(0, images.Count).Where(i => trained[i] is not null)];
        var maps = new (Tensor, string)?[images.Count];
        if (members.Length == 0) return (maps, new());
        BatchImage[] asked = [.. members.Select(i => new BatchImage(images[i].Index, images[i].Name, Pixels(key, images[i]), TargetOf(key, i, trained[i]!)))];
        var explained = await engine.ExplainAsync(new(batch, key.State, key.Method.Request!, asked), cancellation);
        foreach (var (i, e) in members.Zip(explained))
            if (e.Map is not null) maps[i] = (OriginalMaps.Enlarged(e.Map, images[i]), e.Target);
        return (maps, new()
        {
            State = key.State.Hash,
            Maps = explained.Count,
            Points = explained.Sum(e => e.Points),
            Failures = [.. explained.Where(e => e.Failure is not null).Select(e => $"{key.Method.Name}: {e.Failure}")],
        });
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
        var own = int.Parse(target, CultureInfo.InvariantCulture);
        var drawn = new RandomStream(plan.Seeds[0], EvidenceStream.RandomLogit, image).NextBelow(classes - 1);
        return (drawn < own ? drawn : drawn + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static Tensor Pixels(MapKey key, EvidenceImage image) => key.Perturbation?.Of(image) ?? image.Pixels;
}
