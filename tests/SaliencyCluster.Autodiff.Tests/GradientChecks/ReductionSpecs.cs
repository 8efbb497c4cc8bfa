using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class ReductionSpecs
{
    public static readonly GradSpec[] All =
    [
        .. Reductions("ReduceSum", 13, Draw.Any),
        .. Reductions("ReduceMean", 18, Draw.Any),
        .. Reductions("ReduceSumSquare", 18, Draw.Any),
        .. Reductions("ReduceL1", 18, Draw.AwayFromZero),
        .. Reductions("ReduceL2", 18, Draw.Any),
        .. Reductions("ReduceLogSum", 18, Draw.Positive),
        .. Reductions("ReduceLogSumExp", 18, Draw.Any),
        .. Reductions("ReduceMax", 18, Draw.Distinct),
        .. Reductions("ReduceMin", 18, Draw.Distinct),
        .. Reductions("ReduceProd", 18, Draw.AwayFromZero),
    ];

    /// <summary>The cases that every reduction shares; its axes became an input in opset <paramref name="since"/>.</summary>
    public static IEnumerable<GradSpec> Reductions(string op, int since, Draw draw) =>
    [
        new(op, X(draw, 2, 3, 2)) { Case = "all axes" },
        new(op, X(draw, 2, 3, 2)) { Case = "attribute", Until = since - 1, Attributes = [("axes", new long[] { 1 })] },
        new(op, X(draw, 2, 3, 2)) { Case = "attribute, dropped", Until = since - 1, Attributes = [("axes", new long[] { 0, 2 }), ("keepdims", 0)] },
        new(op, X(draw, 2, 3, 2), Ints(-1, 0)) { Case = "input", From = since },
        new(op, X(draw, 2, 3, 2), Ints(1)) { Case = "input, dropped", From = since, Attributes = [("keepdims", 0)] },
    ];
}
