namespace SaliencyCluster.Evaluation.Running;

/// <summary>
/// Runs the checks of a plan over an engine: first the trained model's maps, then every further map that some check needs, once
/// each and one model state after another, then the forward passes on changed images. Images are taken in windows, so that memory does not
/// grow with their number.
/// </summary>
/// <param name="plan">What is evaluated.</param>
/// <param name="engine">Where maps come from.</param>
/// <param name="parallelBatches">Batches that are under way at a time; the numbers do not depend on it.</param>
/// <param name="answers">Where answers are kept, so that another run of the same plan does not ask again; null keeps none.</param>
public sealed class EvaluationRunner(EvaluationPlan plan, IExplanationEngine engine, int parallelBatches = 2, IAnswerStore? answers = null)
{
    // The trained model's maps of a window are held until its last question is answered.
    private const long WindowBytes = 256L << 20;

    private readonly IAnswerStore _answers = answers ?? NoAnswerStore.Instance;

    /// <summary>Computes and measures everything.</summary>
    /// <param name="progress">Told after every batch, from any thread.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    public async Task<EvaluationResult> RunAsync(IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        PlanCheck.Check(plan);
        var questions = plan.Checks.SelectMany(c => c.MapQuestions(plan)).GroupBy(q => (q.Key.State, q.Key.Class, q.Key.Perturbation)).ToList();
        var forwards = plan.Checks.SelectMany(c => c.ForwardQuestions(plan)).GroupBy(q => q.Key).ToList();
        var windows = plan.Images.Chunk(WindowSize()).ToList();
        var counter = new ProgressCounter(progress, windows.Count * (1 + questions.Count + forwards.Count));
        var ledger = new Ledger();
        foreach (var (number, window) in windows.Index())
        {
            var trained = $"w{number}.o";
            var originals = new OriginalMaps(plan, engine, window, trained, cancellation);
            var maps = new MapAnswers(plan, engine, window, originals);
            var outputs = new ForwardAnswers(engine, window, originals);
            Batch[] first = [new(trained, plan.Model.Name, _ => originals.AnswerAsync())];
            Batch[] then =
            [
                .. questions.Index().Select(q => Batch.Of($"w{number}.s{q.Index}", MapAnswers.Describe(q.Item.First().Key), (name, token) => maps.AnswerAsync(name, [.. q.Item], token))),
                .. forwards.Index().Select(f => Batch.Of($"w{number}.f{f.Index}", ForwardAnswers.Describe(f.Item.Key), (name, token) => outputs.AnswerAsync(name, f.Item.Key, [.. f.Item], token))),
            ];
            foreach (var answer in await EachAsync(first, counter, forget: false, cancellation)) ledger.Add(answer);
            foreach (var answer in await EachAsync(then, counter, forget: true, cancellation)) ledger.Add(answer);
            await engine.ForgetAsync(trained, cancellation);
        }
        return Result(ledger);
    }

    private async Task<BatchAnswer[]> EachAsync(Batch[] batches, ProgressCounter counter, bool forget, CancellationToken cancellation)
    {
        var given = new BatchAnswer[batches.Length];
        await Parallel.ForEachAsync(
            batches.Index(), new ParallelOptions { MaxDegreeOfParallelism = parallelBatches, CancellationToken = cancellation, TaskScheduler = TaskScheduler.Current },
            async (item, token) =>
            {
                var (i, batch) = item;
                if (await _answers.FindAsync(batch.Name, token) is { } known)
                {
                    given[i] = known;
                }
                else
                {
                    given[i] = await batch.Compute(token);
                    await _answers.KeepAsync(batch.Name, given[i], token);
                }
                // Also of a known answer: the run before may have ended between keeping and forgetting.
                if (forget) await engine.ForgetAsync(batch.Name, token);
                counter.Done(batch.What, given[i]);
            });
        return given;
    }

    private EvaluationResult Result(Ledger ledger)
    {
        var measured = ledger.Measurements.ToLookup(m => m.Check);
        var finished = plan.Checks.SelectMany(c => c.Finish([.. measured[c.Name]])).ToList();
        return new(plan, finished, Summary.Of(finished, plan.Bootstrap), ledger.Montage, ledger.Facts());
    }

    private int WindowSize()
    {
        // A part of the recipe of the answer, as a shard is: it must not depend on where the evaluation runs.
        var bytes = plan.Images[0].Pixels.Data.LongLength * sizeof(float) * (plan.Methods.Count + 3);
        return (int)Math.Clamp(WindowBytes / bytes, 1, plan.Images.Count);
    }

    private sealed record Batch(string Name, string What, Func<CancellationToken, Task<BatchAnswer>> Compute)
    {
        public static Batch Of(string name, string what, Func<string, CancellationToken, Task<BatchAnswer>> compute) =>
            new(name, what, token => compute(name, token));
    }
}
