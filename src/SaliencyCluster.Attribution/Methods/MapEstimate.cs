namespace SaliencyCluster.Attribution.Methods;

/// <summary>A map and how good it is.</summary>
/// <param name="Map">The attribution map.</param>
public sealed record MapEstimate(Tensor Map)
{
    /// <summary>Gets the sum of the map minus the difference of scores that it should explain; null where completeness is not promised.</summary>
    public double? ConvergenceDelta { get; init; }

    /// <summary>Gets the Euclidean norm of the map's standard error relative to the map's norm, for sampling methods.</summary>
    public double? StandardError { get; init; }

    /// <summary>Gets the estimated relative error of the map, for methods that refine: the change of the last refinement.</summary>
    public double? ErrorEstimate { get; init; }

    /// <summary>Gets the score of each step, where the map is a series of images that were drawn.</summary>
    public IReadOnlyList<float>? Trace { get; init; }

    /// <summary>Gets the score of each of these images, as they are; null until all are there.</summary>
    public IReadOnlyList<float>? FrameScores { get; init; }

    /// <summary>Gets the standard error of each element, where asked.</summary>
    public Tensor? StandardErrorMap { get; init; }
}
