using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;

namespace SaliencyCluster.Attribution.Methods.Smoothing;

/// <summary>Adds samples round by round until the standard error is small enough; decided on complete rounds only.</summary>
internal static class SampleGrowth
{
    /// <summary>Samples of the first round: enough for a first standard error.</summary>
    public const int First = 8;

    /// <summary>The most rounds that growth to the greatest number of samples takes.</summary>
    public const int MaxRounds = 12;

    /// <summary>Says how many samples the first round of a request takes.</summary>
    public static int FirstRound(ExplanationRequest request) =>
        request.Tolerance is null ? request.Samples!.Value : Math.Min(request.Samples!.Value, First);

    /// <summary>Says how many samples the next round of a method takes that reads <c>samples</c> and <c>tolerance</c>; 0 ends the
    /// run.</summary>
    /// <param name="context">What is explained.</param>
    /// <param name="taken">Samples so far.</param>
    /// <param name="error">Gets the relative standard error so far; null where there is none.</param>
    public static int Next(MethodContext context, int taken, Func<double?> error)
    {
        var most = context.Options.Samples!.Value;
        if (context.Options.Tolerance is not { } tolerance) return taken == 0 ? most : 0;
        return Next(taken, most, taken == 0 ? null : error(), tolerance);
    }

    /// <summary>Says how many samples the next round takes; 0 when the tolerance or the greatest number is reached.</summary>
    /// <param name="taken">Samples so far.</param>
    /// <param name="most">The greatest number of samples.</param>
    /// <param name="error">Relative standard error so far; null where there is none.</param>
    /// <param name="tolerance">The relative standard error wanted.</param>
    public static int Next(int taken, int most, double? error, double tolerance)
    {
        if (taken >= most || error <= tolerance) return 0;
        // The error falls as one over the root of the number. Never more than thrice what is there: early estimates are rough.
        var wanted = error is { } e ? Math.Min(taken * (e / tolerance) * (e / tolerance) * 1.05, 4.0 * taken) : First;
        var more = Math.Max(First, (int)Math.Ceiling((wanted - taken) / First) * First);
        return Math.Min(more, most - taken);
    }

    /// <summary>Gets the means over all rounds, each weighed by its samples.</summary>
    public static RoundResult Combine(IReadOnlyList<RoundResult> rounds, IReadOnlyList<int> samples)
    {
        if (rounds.Count == 1) return rounds[0];
        var (sum, squares) = (Tensor.Zeros(rounds[0].Sum!.Shape), Tensor.Zeros(rounds[0].Sum!.Shape));
        for (var i = 0; i < rounds.Count; i++)
        {
            var share = (float)samples[i] / samples.Sum();
            TensorPrimitives.MultiplyAdd(rounds[i].Sum!.Data, share, sum.Data, sum.Data);
            TensorPrimitives.MultiplyAdd(rounds[i].SquaredSum!.Data, share, squares.Data, squares.Data);
        }
        return new(sum, squares, [], null);
    }
}
