using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Cli.Inputs;

namespace SaliencyCluster.Cli.Results;

/// <summary>What <c>result.json</c> says of one image.</summary>
internal sealed record ResultDocument
{
    /// <summary>Gets the name of the image: folder of its files.</summary>
    public required string Image { get; init; }

    /// <summary>Gets the method.</summary>
    public required string Method { get; init; }

    /// <summary>Gets every option that the method read, as resolved.</summary>
    public required IReadOnlyDictionary<string, object?> Parameters { get; init; }

    /// <summary>Gets the model's name or file name.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the SHA-256 of the model file.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Gets what was explained: an index, or one index or <c>:</c> per dimension.</summary>
    public required string Target { get; init; }

    /// <summary>Gets which tensor was explained, in words: logits before which operator, or an output as it is.</summary>
    public string? Explained { get; init; }

    /// <summary>Gets the detection whose class score was explained; null where none was.</summary>
    public Detection? Detection { get; init; }

    /// <summary>Gets where the model's input has its channels, <c>nchw</c> or <c>nhwc</c>; maps of the image's shape have the same layout.</summary>
    public string? Layout { get; init; }

    /// <summary>Gets the precision that convolutions were computed in, where one was asked for; null for float32 by default.</summary>
    public string? Precision { get; init; }

    /// <summary>Gets how the file became the model's input; null where the file is not at hand, as of a job's results.</summary>
    public InputRecipe? Input { get; init; }

    /// <summary>Gets what whoever reads the map must be told.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Gets the name of the class, where it is known.</summary>
    public string? Label { get; init; }

    /// <summary>Gets the score of the image for the target.</summary>
    public required double Score { get; init; }

    /// <summary>Gets the score of the baseline, for methods that have one.</summary>
    public double? BaselineScore { get; init; }

    /// <summary>Gets how many points were evaluated, the first look at the image not among them.</summary>
    public required int Points { get; init; }

    /// <summary>Gets the sum of the map minus the difference of scores that it should explain.</summary>
    public double? ConvergenceDelta { get; init; }

    /// <summary>Gets the standard error of the map relative to its norm, for sampling methods.</summary>
    public double? StandardError { get; init; }

    /// <summary>Gets the estimated relative error, for methods that refine.</summary>
    public double? ErrorEstimate { get; init; }

    /// <summary>Gets the time from the first point to the last.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets how many workers took part.</summary>
    public required int Workers { get; init; }
}
