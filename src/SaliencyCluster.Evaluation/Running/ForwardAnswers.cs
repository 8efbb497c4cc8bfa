namespace SaliencyCluster.Evaluation.Running;

/// <summary>Answers questions about the network's outputs at changed images: asks the engine once and lets every question measure.</summary>
internal sealed class ForwardAnswers(IExplanationEngine engine, IReadOnlyList<EvaluatedImage> images, OriginalMaps originals)
{
    /// <summary>Says in words what a key is about.</summary>
    public static string Describe(ForwardKey key) => $"changed images{(key.Method is { } method ? $" by {method.Name}" : "")}";

    /// <summary>Computes the outputs of a key and measures them.</summary>
    public async Task<BatchAnswer> AnswerAsync(string batch, ForwardKey key, IReadOnlyList<ForwardQuestion> questions, CancellationToken cancellation)
    {
        // Images without a map are left out for that method alone, unless the changes themselves follow the map.
        var deciding = key.Method is { } method ? await originals.GetAsync(method) : null;
        int[] members = [.. Enumerable.Range(0, images.Count).Where(i => deciding is null || deciding[i] is not null)];
        if (members.Length == 0) return new();
        PerturbedImage[] asked = [.. members.Select(i => new PerturbedImage(images[i].Index, images[i].Name, images[i].Pixels, deciding?[i]!.Map))];
        var answers = await engine.ForwardAsync(new(batch, key.State, key.Perturbation, asked), cancellation);
        var measurements = new List<Measurement>();
        foreach (var question in questions)
        {
            var maps = await originals.GetAsync(question.Method);
            foreach (var (i, answer) in members.Zip(answers))
                if (maps[i] is { } original && answer.Logits is { } logits) measurements.AddRange(question.Measure(images[i], original, logits));
        }
        return new()
        {
            Measurements = measurements,
            ForwardPoints = answers.Sum(a => (long)(a.Logits?.Count ?? 0)),
            Failures = [.. answers.Where(a => a.Failure is not null).Select(a => $"{Describe(key)}: {a.Failure}")],
        };
    }
}
