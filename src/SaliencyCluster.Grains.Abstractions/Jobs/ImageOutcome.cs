namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>Where one image of a job stands.</summary>
public enum ImageState
{
    /// <summary>Not finished: waits or is under way.</summary>
    Pending = 0,

    /// <summary>Has a map.</summary>
    Done = 1,

    /// <summary>Failed; the job went on.</summary>
    Failed = 2,
}

/// <summary>What became of one image.</summary>
/// <param name="Index">Its place in the job.</param>
/// <param name="Name">Its name in the manifest.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Result">The result, where done.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Try">The try that gave it: 1, and one more with every retry of failed images by a user.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ImageOutcome")]
public sealed record ImageOutcome(
    [property: Id(0)] int Index, [property: Id(1)] string Name, [property: Id(2)] ImageState State,
    [property: Id(3)] StoredExplanation? Result = null, [property: Id(4)] ErrorInfo? Error = null, [property: Id(5)] int Try = 1)
{
    /// <summary>Gets the results of the further methods of a comparison, in the order of the submission.</summary>
    [Id(20)] public StoredExplanation[] Compared { get => field ?? []; init; } = [];

    /// <summary>Gets the evaluations of a comparison, each counted once however many methods it served; null for a single method.</summary>
    [Id(21)] public long? ComparisonPoints { get; init; }

    /// <summary>Gets when the job that it is of was accepted: another job may have had the same id before. The default of versions that
    /// did not
    /// say.</summary>
    [Id(22)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets the evaluations that the image took.</summary>
    public long Points => ComparisonPoints ?? Result?.Points ?? 0;
}
