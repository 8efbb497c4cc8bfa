namespace SaliencyCluster.Evaluation.Running;

/// <summary>Counts batches and points as they are done, from several threads.</summary>
internal sealed class ProgressCounter(IProgress<EvaluationProgress>? progress, int total)
{
    private long _points;
    private int _done;

    public void Done(string what, BatchAnswer answer)
    {
        var points = Interlocked.Add(ref _points, answer.Points + answer.ForwardPoints);
        progress?.Report(new(Interlocked.Increment(ref _done), total, points, what));
    }
}
