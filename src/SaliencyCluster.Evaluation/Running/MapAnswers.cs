using System.Globalization;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>Answers questions about maps of a window of images: asks the engine for them once and lets every check measure.</summary>
internal sealed class MapAnswers(EvaluationPlan plan, IExplanationEngine engine, IReadOnlyList<EvaluatedImage> images, OriginalMaps originals)
{
    /// <summary>Says in words which maps a key is about.</summary>
    public static string Describe(MapKey key) =>
        $"{key.State.Model}{(key.State.Randomization is { } r ? $" with {r.Layers.Count} layers randomised" : "")}{(key.Perturbation is null ? "" : " at changed images")}";

    /// <summary>Computes the maps of one model state by every method that is asked for and measures them.</summary>
    /// <param name="batch">The batch's name.</param>
    /// <param name="questions">The questions; their keys differ in nothing but the method.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<BatchAnswer> AnswerAsync(string batch, IReadOnlyList<MapQuestion> questions, CancellationToken cancellation)
    {
        var methods = questions.GroupBy(q => q.Key).ToList();
        var answers = new BatchAnswer[methods.Count];
        var asked = new List<Asked>();
        foreach (var (i, method) in methods.Index())
        {
            var trained = await originals.GetAsync(method.Key.Method);
            if (WithoutEngine(method.Key, trained) is { } maps) answers[i] = Measure(method, trained, maps, new());
            else if (trained.All(t => t is null)) answers[i] = new();
            else asked.Add(new(i, method.Key, trained, TargetsOf(method.Key, trained)));
        }
        // Methods explain the same class of the same images, except where one of them has no map of an image.
        foreach (var (number, group) in asked.GroupBy(a => string.Join('|', a.Targets)).Index())
        {
            var name = number == 0 ? batch : string.Create(CultureInfo.InvariantCulture, $"{batch}.g{number}");
            foreach (var (at, answer) in await ExplainAsync(name, [.. group], methods, cancellation)) answers[at] = answer;
            if (number > 0) await engine.ForgetAsync(name, cancellation);
        }
        return BatchAnswer.Of(answers);
    }

    private async Task<List<(int At, BatchAnswer Answer)>> ExplainAsync(
        string name, IReadOnlyList<Asked> group, IReadOnlyList<IGrouping<MapKey, MapQuestion>> methods, CancellationToken cancellation)
    {
        var answers = new List<(int, BatchAnswer)>();
        var (key, targets) = (group[0].Key, group[0].Targets);
        int[] members = [.. targets.Index().Where(t => t.Item is not null).Select(t => t.Index)];
        BatchImage[] wanted = [.. members.Select(i => new BatchImage(images[i].Index, images[i].Name, Pixels(key, images[i]), targets[i]))];
        await foreach (var explained in engine.ExplainEachAsync(new(name, key.State, [.. group.Select(a => a.Key.Method.Request!)], wanted), cancellation))
        {
            var method = group[answers.Count];
            var maps = new (Tensor, string)?[images.Count];
            foreach (var (i, e) in members.Zip(explained))
                if (e.Map is not null) maps[i] = (OriginalMaps.Enlarged(e.Map, images[i]), e.Target);
            answers.Add((method.At, Measure(methods[method.At], method.Trained, maps, BatchAnswer.Of(key.State, method.Key.Method, explained))));
        }
        return answers;
    }

    private BatchAnswer Measure(IGrouping<MapKey, MapQuestion> questions, OriginalMap?[] trained, (Tensor Map, string Target)?[] maps, BatchAnswer took)
    {
        var measurements = new List<Measurement>();
        var montage = new List<MontageMap>();
        for (var i = 0; i < images.Count; i++)
        {
            if (trained[i] is not { } original || maps[i] is not { } map) continue;
            var given = new MapAnswer(images[i], original, map.Map, map.Target == original.Target);
            measurements.AddRange(questions.SelectMany(q => q.Measure(given)));
            if (images[i].Index >= plan.MontageImages) continue;
            foreach (var slot in questions.Select(q => q.Montage).OfType<MontageSlot>()) montage.Add(new(slot, questions.Key.Method.Name, images[i].Index, map.Map));
        }
        return took with { Measurements = measurements, Montage = montage };
    }

    private (Tensor, string)?[]? WithoutEngine(MapKey key, OriginalMap?[] trained)
    {
        if (key == new MapKey(plan.Model.Trained, key.Method)) return [.. trained.Select(o => o is null ? default((Tensor, string)?) : (o.Map, o.Target))];
        if (key.Method.Control is { } control) return [.. images.Select(i => ((Tensor, string)?)(ControlMaps.Of(control, key, i, Pixels(key, i)), ""))];
        return null;
    }

    private string?[] TargetsOf(MapKey key, OriginalMap?[] trained) =>
        [.. trained.Index().Select(t => t.Item is { } original ? TargetOf(key, t.Index, original) : null)];

    private string TargetOf(MapKey key, int index, OriginalMap original) => key.Class switch
    {
        ClassRule.Original => original.Target,
        // Another model finds an object by its box again.
        ClassRule.Predicted => images[index].Target ?? TargetSpec.Predicted,
        ClassRule.RandomOther => OtherClass(original.Target, images[index].Index),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Class, null),
    };

    private string OtherClass(string target, uint image)
    {
        var classes = (int)plan.Model.Summary.OutputShape[0];
        var own = int.Parse(target, CultureInfo.InvariantCulture);
        var drawn = new RandomStream(plan.Seeds[0], EvaluationStream.RandomLogit, image).NextBelow(classes - 1);
        return (drawn < own ? drawn : drawn + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static Tensor Pixels(MapKey key, EvaluatedImage image) => key.Perturbation?.Of(image) ?? image.Pixels;

    private sealed record Asked(int At, MapKey Key, OriginalMap?[] Trained, string?[] Targets);
}
