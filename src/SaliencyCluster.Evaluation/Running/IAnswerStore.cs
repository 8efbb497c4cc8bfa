namespace SaliencyCluster.Evaluation.Running;

/// <summary>Keeps answers, so that an evaluation that was interrupted goes on where it was. Thread-safe.</summary>
public interface IAnswerStore
{
    /// <summary>Gets the answer of a batch; null where it has none yet.</summary>
    Task<BatchAnswer?> FindAsync(string batch, CancellationToken cancellation);

    /// <summary>Keeps the answer of a batch; durable on return.</summary>
    Task KeepAsync(string batch, BatchAnswer answer, CancellationToken cancellation);
}

/// <summary>Keeps nothing: an evaluation in one process ends with it.</summary>
internal sealed class NoAnswerStore : IAnswerStore
{
    public static NoAnswerStore Instance { get; } = new();

    public Task<BatchAnswer?> FindAsync(string batch, CancellationToken cancellation) => Task.FromResult<BatchAnswer?>(null);

    public Task KeepAsync(string batch, BatchAnswer answer, CancellationToken cancellation) => Task.CompletedTask;
}
