using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Grains.Abstractions.Aggregation;

/// <summary>Everything that a worker needs for the shards of one round besides the lease: same for all of them, so it is kept.</summary>
/// <param name="Round">The round with all its points.</param>
/// <param name="ModelHash">Blob of the model.</param>
/// <param name="Image">Blob of the image.</param>
/// <param name="Format">How the image is read.</param>
/// <param name="ImageShape">Shape that the image must have.</param>
/// <param name="Preprocessing">How pictures become the model's input.</param>
/// <param name="Baselines">Blobs of stored baselines.</param>
/// <param name="Derived">How the model is made, where it is in no blob store.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.RoundWork")]
public sealed record RoundWork(
    [property: Id(0)] Round Round, [property: Id(1)] string ModelHash, [property: Id(2)] string Image, [property: Id(3)] ImageFormat Format,
    [property: Id(4)] int[] ImageShape, [property: Id(5)] ModelPreprocessing Preprocessing, [property: Id(6)] string[] Baselines,
    [property: Id(7)] DerivedModel? Derived = null)
{
    /// <summary>Gets when the image's job was accepted: which of the jobs that had its id it is of.</summary>
    [Id(20)] public DateTimeOffset Incarnation { get; init; }

    /// <summary>Gets the points, where <see cref="Round"/> has none because they travel packed.</summary>
    [Id(21)] public PackedPoints? Points { get; init; }

    /// <summary>Gets the anchors of the recipe, where <see cref="Round"/> has none because they travel as tensors.</summary>
    [Id(22)] public PooledTensor[] Anchors { get => field ?? []; init; } = [];

    /// <summary>The name under which a worker says, with its call for a round, that it can unpack one. A worker of 0.1 does not.</summary>
    public const string CanUnpack = "saliency.packed-rounds";

    /// <summary>Packs the round for its way: points as columns, anchors as tensors.</summary>
    public RoundWork Packed() => this with
    {
        Round = Round with { Points = [], Recipe = Round.Recipe with { Anchors = [] } },
        Points = PackedPoints.Of(Round.Points),
        Anchors = [.. Round.Recipe.Anchors.Select(a => PooledTensor.Of(a.Shape, a.Data))],
    };

    /// <summary>Gets it as it was before it was packed; itself where it was not. Gives the memory of the anchors back.</summary>
    public RoundWork Unpacked()
    {
        if (Points is null) return this;
        var anchors = Anchors.Select(a => new Tensor(a.Shape, a.ToArray())).ToArray();
        foreach (var anchor in Anchors) anchor.Dispose();
        return this with { Round = Round with { Points = Points.Unpack(), Recipe = Round.Recipe with { Anchors = anchors } }, Points = null, Anchors = [] };
    }
}

/// <summary>The answer to a worker that asks for a round.</summary>
/// <param name="Work">The round; null when it has ended, or when <paramref name="Ready"/> is false.</param>
/// <param name="Ready">False while an aggregator that was activated after a crash waits for the job to say what it is for: ask again.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.RoundReply")]
public sealed record RoundReply([property: Id(0)] RoundWork? Work, [property: Id(1)] bool Ready);
