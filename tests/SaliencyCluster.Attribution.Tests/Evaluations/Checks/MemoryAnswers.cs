using System.Collections.Concurrent;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Checks;

/// <summary>Keeps answers as the bytes that a cluster stores.</summary>
internal sealed class MemoryAnswers : IAnswerStore
{
    private readonly ConcurrentDictionary<string, byte[]> _answers = new();

    public ICollection<string> Names => _answers.Keys;

    public Task<BatchAnswer?> FindAsync(string batch, CancellationToken cancellation) =>
        Task.FromResult(_answers.TryGetValue(batch, out var bytes) ? BatchAnswerFile.Read(bytes) : null);

    public Task KeepAsync(string batch, BatchAnswer answer, CancellationToken cancellation)
    {
        Assert.True(_answers.TryAdd(batch, BatchAnswerFile.Write(answer)), $"{batch} has an answer already");
        return Task.CompletedTask;
    }
}

/// <summary>Interrupts an evaluation after some batches.</summary>
internal sealed class AfterSome(int batches, CancellationTokenSource interrupt) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value)
    {
        if (value.Done >= batches) interrupt.Cancel();
    }
}
