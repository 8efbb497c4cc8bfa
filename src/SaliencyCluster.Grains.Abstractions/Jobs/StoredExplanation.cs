namespace SaliencyCluster.Grains.Abstractions.Jobs;

/// <summary>One explanation.</summary>
[GenerateSerializer, Immutable, Alias("saliency.v1.ImageResult")]
public sealed record StoredExplanation
{
    /// <summary>Gets the blob of the map: a float32 <c>.npy</c> file in C order.</summary>
    [Id(0)] public required string Map { get; init; }

    /// <summary>Gets the shape of the map.</summary>
    [Id(1)] public required int[] Shape { get; init; }

    /// <summary>Gets what was explained: a class index or <c>I,J,..</c>.</summary>
    [Id(2)] public required string Target { get; init; }

    /// <summary>Gets the class name, where the model has labels.</summary>
    [Id(3)] public string? Label { get; init; }

    /// <summary>Gets the network's score of the image.</summary>
    [Id(4)] public required float Score { get; init; }

    /// <summary>Gets the evaluations that were summed.</summary>
    [Id(5)] public required long Points { get; init; }

    /// <summary>Gets the sum of the map minus the score difference it should equal, for methods that promise completeness.</summary>
    [Id(6)] public double? ConvergenceDelta { get; init; }

    /// <summary>Gets the norm of the map's standard error relative to the map's norm, for sampling methods.</summary>
    [Id(7)] public double? StandardError { get; init; }

    /// <summary>Gets the estimated relative error of the map, for methods that refine.</summary>
    [Id(8)] public double? ErrorEstimate { get; init; }

    /// <summary>Gets the blob of the standard error of each element, where asked.</summary>
    [Id(9)] public string? StandardErrorMap { get; init; }

    /// <summary>Gets the method; null in results that were stored before there were comparisons.</summary>
    [Id(20)] public string? Method { get; init; }

    /// <summary>Gets every option that the method read, as resolved: a JSON object.</summary>
    [Id(10)] public required string Parameters { get; init; }

    /// <summary>Gets the seconds from its start to its result.</summary>
    [Id(11)] public required double Seconds { get; init; }

    /// <summary>Gets the devices that took part, <c>silo/device</c>.</summary>
    [Id(12)] public required string[] Workers { get; init; }

    /// <summary>Gets the mean score of the baselines, for methods that read them.</summary>
    [Id(13)] public float? BaselineScore { get; init; }

    /// <summary>Gets the forward passes that decided target and score.</summary>
    [Id(14)] public long ProbePoints { get; init; }

    /// <summary>Gets where the model's input has its channels, <c>nchw</c> or <c>nhwc</c>; null in results of 0.1, which knew the first only.</summary>
    [Id(21)] public string? Layout { get; init; }

    /// <summary>Gets whether the map itself has its channels last.</summary>
    [Id(22)] public bool ChannelsLast { get; init; }

    /// <summary>Gets which tensor was explained, in words; null in results of 0.1.</summary>
    [Id(23)] public string? Explained { get; init; }

    /// <summary>Gets what whoever reads the map must be told.</summary>
    [Id(24)] public string[] Notes { get => field ?? []; init; } = [];

    /// <summary>Gets the score of each step, where the map is a series of images that were drawn by ascent; empty otherwise.</summary>
    [Id(40)] public float[] Trace { get => field ?? []; init; } = [];

    /// <summary>Gets the score of each image of that series, as it is; empty otherwise.</summary>
    [Id(41)] public float[] FrameScores { get => field ?? []; init; } = [];

    /// <summary>Gets the detection whose class score is explained, as a JSON object; null where none is.</summary>
    [Id(30)] public string? Detection { get; init; }
}
