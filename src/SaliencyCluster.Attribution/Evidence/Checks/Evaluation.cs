namespace SaliencyCluster.Attribution.Evidence.Checks;

/// <summary>
/// Runs the checks of a plan over an engine: first the trained model's maps, then every further map that some check needs, once
/// each, then the forward passes on perturbed images. Images are taken in windows, so that memory does not grow with their number.
/// </summary>
/// <param name="plan">What is evaluated.</param>
/// <param name="engine">Where maps come from.</param>
/// <param name="parallelBatches">Batches that are under way at a time; the numbers do not depend on it.</param>
public sealed class Evaluation(EvaluationPlan plan, IExplanationEngine engine, int parallelBatches = 2)
{
    // The trained model's maps of a window are held until its last question is answered.
    private const long WindowBytes = 256L << 20;

    private readonly Ledger _ledger = new();

    /// <summary>Computes and measures everything.</summary>
    /// <param name="progress">Told after every batch, from any thread.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    public async Task<EvaluationResult> RunAsync(IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        PlanCheck.Check(plan);
        var questions = plan.Checks.SelectMany(c => c.MapQuestions(plan)).GroupBy(q => q.Key).ToList();
        var forwards = plan.Checks.SelectMany(c => c.ForwardQuestions(plan)).ToList();
        var windows = plan.Images.Chunk(WindowSize()).ToList();
        _ledger.Start(progress, windows.Count * (plan.Methods.Count + questions.Count + forwards.Count));
        foreach (var window in windows)
        {
            var maps = new MapBatches(plan, engine, _ledger, window);
            await EachAsync(plan.Methods, (_, method, token) => maps.LoadOriginalAsync(method, token), cancellation);
            var answers = new IReadOnlyList<Measurement>[questions.Count + forwards.Count];
            await EachAsync(questions, async (i, group, token) => answers[i] = await maps.AnswerAsync(group.Key, [.. group], token), cancellation);
            await EachAsync(forwards, async (i, q, token) => answers[questions.Count + i] = await maps.AnswerAsync(q, token), cancellation);
            _ledger.Add(answers.SelectMany(a => a));
        }
        return Result();
    }

    private async Task EachAsync<T>(IReadOnlyList<T> items, Func<int, T, CancellationToken, Task> body, CancellationToken cancellation) =>
        await Parallel.ForEachAsync(
            items.Index(), new ParallelOptions { MaxDegreeOfParallelism = parallelBatches, CancellationToken = cancellation },
            async (item, token) => await body(item.Index, item.Item, token));

    private EvaluationResult Result()
    {
        var measured = _ledger.Measurements.ToLookup(m => m.Check);
        var finished = plan.Checks.SelectMany(c => c.Finish([.. measured[c.Name]])).ToList();
        return new(plan, finished, Summary.Of(finished, plan.Bootstrap), _ledger.Montage, _ledger.Facts());
    }

    private int WindowSize()
    {
        var bytes = plan.Images[0].Pixels.Data.LongLength * sizeof(float) * (plan.Methods.Count + parallelBatches + 1);
        return (int)Math.Clamp(WindowBytes / bytes, 1, plan.Images.Count);
    }
}
