using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Grains.Abstractions.Evaluations;

/// <summary>Where an evaluation stands.</summary>
public enum EvaluationState
{
    /// <summary>Maps and outputs are being computed and measured, or wait for a worker.</summary>
    Running = 0,

    /// <summary>The report is there.</summary>
    Completed = 1,

    /// <summary>It cannot be carried out; <see cref="EvaluationStatus.Error"/> says why.</summary>
    Failed = 2,

    /// <summary>A user cancelled it.</summary>
    Cancelled = 3,
}

/// <summary>An evaluation as it is now. Small whatever the number of images.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.EvaluationStatus")]
public sealed record EvaluationStatus
{
    /// <summary>Gets the id within its tenant.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Gets the tenant.</summary>
    [Id(1)] public required string Tenant { get; init; }

    /// <summary>Gets a number that grows with every change; pass it to <see cref="IEvaluationGrain.WaitForChangeAsync"/>.</summary>
    [Id(2)] public required long Version { get; init; }

    /// <summary>Gets where it stands.</summary>
    [Id(3)] public required EvaluationState State { get; init; }

    /// <summary>Gets the title of its report.</summary>
    [Id(4)] public required string Title { get; init; }

    /// <summary>Gets the model with its version, <c>name:version</c>.</summary>
    [Id(5)] public required string Model { get; init; }

    /// <summary>Gets the SHA-256 of the model.</summary>
    [Id(6)] public required string ModelHash { get; init; }

    /// <summary>Gets the number of images.</summary>
    [Id(7)] public required int Images { get; init; }

    /// <summary>Gets the batches that have an answer; a batch is all maps of one method by one state of a model.</summary>
    [Id(8)] public required int BatchesDone { get; init; }

    /// <summary>Gets the batches in all; 0 before they are known.</summary>
    [Id(9)] public required int Batches { get; init; }

    /// <summary>Gets the evaluations of networks in batches that have an answer.</summary>
    [Id(10)] public required long Points { get; init; }

    /// <summary>Gets what was finished last, in words.</summary>
    [Id(11)] public required string Last { get; init; }

    /// <summary>Gets when it was accepted.</summary>
    [Id(12)] public required DateTimeOffset Created { get; init; }

    /// <summary>Gets when it ended.</summary>
    [Id(13)] public DateTimeOffset? Finished { get; init; }

    /// <summary>Gets why nothing moves, in words, such as that no worker has joined the pool; null while it moves.</summary>
    [Id(14)] public string? Waiting { get; init; }

    /// <summary>Gets why it failed.</summary>
    [Id(15)] public ErrorInfo? Error { get; init; }

    /// <summary>Gets the files of the report, once it is there.</summary>
    [Id(16)] public ReportFiles? Report { get; init; }

    /// <summary>Gets the page of the tenant's list that it is on; null where the version before has listed it.</summary>
    [Id(30)] public int? ListedOn { get; init; }

    /// <summary>Gets whether it has ended.</summary>
    public bool IsFinal => State != EvaluationState.Running;
}

/// <summary>The blobs of a report.</summary>
/// <param name="Html">The page, complete in itself.</param>
/// <param name="Json">Everything that the page says, for programs.</param>
/// <param name="Csv">Every single measurement.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ReportFiles")]
public sealed record ReportFiles([property: Id(0)] string Html, [property: Id(1)] string Json, [property: Id(2)] string Csv);
