using SaliencyCluster.Autodiff;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>
/// A set of points that can be evaluated in any order on any worker. A method asks for one round after another and sees
/// only complete rounds, so what it decides does not depend on who computed what or when.
/// </summary>
/// <remarks>Plain data: it is stored with the job and travels to workers.</remarks>
public sealed record Round
{
    /// <summary>Gets what each point produces.</summary>
    public required PointMap Map { get; init; }

    /// <summary>Gets the gradient rules.</summary>
    public GradientRules Rules { get; init; }

    /// <summary>Gets the layer, for maps that look at one.</summary>
    public string? Layer { get; init; }

    /// <summary>Gets how Guided Grad-CAM enlarges its coarse map.</summary>
    public Upsampling Upsampling { get; init; }

    /// <summary>Gets whether the sum of squares is wanted: of each point's map, or of each sample's sum where <see cref="PointsPerSample"/> is above 1.</summary>
    public bool Squares { get; init; }

    /// <summary>Gets how many neighbouring points make one sample, for <see cref="Squares"/>.</summary>
    /// <value>At least 1. The default is 1.</value>
    public int PointsPerSample { get; init; } = 1;

    /// <summary>Gets whether the whole output of each point is returned, not only its score.</summary>
    public bool Outputs { get; init; }

    /// <summary>Gets how the points are built.</summary>
    public required PointRecipe Recipe { get; init; }

    /// <summary>Gets the points.</summary>
    public required IReadOnlyList<Point> Points { get; init; }
}

/// <summary>What a complete round gave.</summary>
/// <param name="Sum">Weighted sum of the maps; null where the round had none.</param>
/// <param name="SquaredSum">Weighted sum of squares, where asked.</param>
/// <param name="Scores">The score of every point, by point index.</param>
/// <param name="Outputs">The whole outputs of every point one after another, where asked.</param>
public sealed record RoundResult(Tensor? Sum, Tensor? SquaredSum, float[] Scores, float[]? Outputs);
