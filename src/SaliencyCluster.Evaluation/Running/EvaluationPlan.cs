using SaliencyCluster.Evaluation.Statistics;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>What is evaluated: plain data, so that two runs of one plan give the same numbers.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Gets the title of the report.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the model that is explained.</summary>
    public required EvaluatedModel Model { get; init; }

    /// <summary>Gets the methods, controls among them.</summary>
    public required IReadOnlyList<MethodUnderTest> Methods { get; init; }

    /// <summary>Gets the methods without the smoothed variants: those that every check but one is about.</summary>
    public IEnumerable<MethodUnderTest> PlainMethods => Methods.Where(m => !m.Smoothed);

    /// <summary>Gets the images.</summary>
    public required IReadOnlyList<EvaluatedImage> Images { get; init; }

    /// <summary>Gets the checks.</summary>
    public required IReadOnlyList<ICheck> Checks { get; init; }

    /// <summary>Gets the seeds of everything random; several of them show how much an outcome owes to chance.</summary>
    /// <value>At least one. The default is 0, 1, 2.</value>
    public IReadOnlyList<ulong> Seeds { get; init; } = [0, 1, 2];

    /// <summary>Gets how confidence intervals are made.</summary>
    public Bootstrap Bootstrap { get; init; } = new();

    /// <summary>Gets how many images the montages of the report show.</summary>
    /// <value>At least 0. The default is 3.</value>
    public int MontageImages { get; init; } = 3;
}
