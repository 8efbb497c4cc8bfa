using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>What follows a complete round of one run: worked out beside the run, then taken over as a whole.</summary>
public sealed class RunStep
{
    internal RunStep(
        MethodContext? context, RoundResult? last, int roundsDone, int pointsDone, IReadOnlyList<RoundResult> done, Round? round,
            Explanation? result)
    {
        (Context, Last, RoundsDone, PointsDone, Done, Round, Result) = (context, last, roundsDone, pointsDone, done, round, result);
    }

    internal MethodContext? Context { get; }

    internal RoundResult? Last { get; }

    internal int RoundsDone { get; }

    internal int PointsDone { get; }

    internal IReadOnlyList<RoundResult> Done { get; }

    internal Round? Round { get; }

    internal Explanation? Result { get; }

    /// <summary>Gets what was seen of a detector's outputs; null where that has not changed.</summary>
    internal IReadOnlyList<RoundResult>? Looked { get; init; }

    /// <summary>Gets the detection that was chosen from it; null where that has not changed.</summary>
    internal ChosenDetection? Chosen { get; init; }
}

/// <summary>What follows a complete round of a comparison, for every request that waited for it.</summary>
public sealed class ComparisonStep
{
    internal ComparisonStep(IReadOnlyList<(ExplanationRun Run, RunStep Next)> steps, int points) => (Steps, Points) = (steps, points);

    internal IReadOnlyList<(ExplanationRun Run, RunStep Next)> Steps { get; }

    internal int Points { get; }
}
