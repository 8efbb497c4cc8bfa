using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Models;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>What is stored of an evaluation: its size grows with the batches of one window of images, and by a name per window.</summary>
[GenerateSerializer(IncludePrimaryConstructorParameters = false), Alias("saliency.v1.EvaluationRecord")]
internal sealed record EvaluationRecord
{
    /// <summary>Gets what was asked; null before a submission.</summary>
    [Id(0)] public EvaluationSubmission? Submission { get; init; }

    /// <summary>Gets the hash of what was asked: tells a repeated submission from another one.</summary>
    [Id(1)] public string Fingerprint { get; init; } = "";

    /// <summary>Gets the model as versions before stored it, with class names and layers, and the further ones; null otherwise.</summary>
    [Id(2)] public ModelInfo? Whole { get; init; }

    [Id(3)] public Dictionary<string, ModelInfo> WholeOthers { get; init; } = [];

    [Id(4)] public EvaluationState State { get; init; }

    [Id(5)] public DateTimeOffset Created { get; init; }

    [Id(6)] public DateTimeOffset? Finished { get; init; }

    [Id(7)] public ErrorInfo? Error { get; init; }

    /// <summary>Gets the blobs of answers by batch.</summary>
    [Id(8)] public Dictionary<string, string> Answers { get; init; } = [];

    [Id(9)] public ReportFiles? Report { get; init; }

    /// <summary>Gets the progress at the end.</summary>
    [Id(10)] public int Batches { get; init; }

    [Id(11)] public long Points { get; init; }

    /// <summary>Gets the page of the tenant's list that it is on; null where the version before has listed it.</summary>
    [Id(12)] public int? Page { get; init; }

    /// <summary>Gets whether it was deleted; what belongs to it goes first.</summary>
    [Id(13)] public bool IsDeleted { get; init; }

    /// <summary>Gets the evaluations of networks that the plan asks for.</summary>
    [Id(14)] public long PlannedPoints { get; init; }

    /// <summary>Gets the model as it was at submission, and the further ones by the names they were asked under; null where versions before
    /// stored them.</summary>
    [Id(15)] public BriefModel? Brief { get; init; }

    [Id(16)] public Dictionary<string, BriefModel> BriefOthers { get; init; } = [];

    /// <summary>Gets the batches that may have jobs, which go before the evaluation is over; null where versions before stored it, whose
    /// answers tell them.</summary>
    [Id(17)] public string[]? Open { get; init; }

    /// <summary>Gets the model as it was at submission.</summary>
    public BriefModel? Model => Brief ?? (Whole is { } whole ? new(whole, null) : null);

    /// <summary>Gets the further models by the names they were asked under.</summary>
    public IReadOnlyDictionary<string, BriefModel> Others =>
        Brief is not null ? BriefOthers : WholeOthers.ToDictionary(o => o.Key, o => new BriefModel(o.Value, null));

    /// <summary>Gets all of them.</summary>
    public IEnumerable<BriefModel> Models => Others.Values.Append(Model!);

    /// <summary>Gets whether it was submitted and is not deleted.</summary>
    public bool IsThere => Submission is not null && !IsDeleted;

    public bool HasEnded => State != EvaluationState.Running;

    /// <summary>Gets whether it has ended and jobs of its batches may be left.</summary>
    public bool IsUntidy => HasEnded && Open is { Length: > 0 };
}
