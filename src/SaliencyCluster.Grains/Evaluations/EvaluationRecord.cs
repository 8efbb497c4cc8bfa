using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Models;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>What is stored of an evaluation: its size grows with the batches of one window of images, and by a name per window.</summary>
[GenerateSerializer, Alias("saliency.v1.EvaluationRecord")]
internal sealed class EvaluationRecord
{
    /// <summary>Gets or sets what was asked; null before a submission.</summary>
    [Id(0)] public EvaluationSubmission? Submission { get; set; }

    /// <summary>Gets or sets the hash of what was asked: tells a repeated submission from another one.</summary>
    [Id(1)] public string Fingerprint { get; set; } = "";

    /// <summary>Gets or sets the model as it was at submission, and the further ones by the names they were asked under.</summary>
    [Id(2)] public ModelInfo? Model { get; set; }

    [Id(3)] public Dictionary<string, ModelInfo> Others { get; set; } = [];

    [Id(4)] public EvaluationState State { get; set; }

    [Id(5)] public DateTimeOffset Created { get; set; }

    [Id(6)] public DateTimeOffset? Finished { get; set; }

    [Id(7)] public ErrorInfo? Error { get; set; }

    /// <summary>Gets or sets the blobs of answers by batch.</summary>
    [Id(8)] public Dictionary<string, string> Answers { get; set; } = [];

    [Id(9)] public ReportFiles? Report { get; set; }

    /// <summary>Gets or sets the progress at the end.</summary>
    [Id(10)] public int Batches { get; set; }

    [Id(11)] public long Points { get; set; }

    public bool HasEnded => State != EvaluationState.Running;
}
