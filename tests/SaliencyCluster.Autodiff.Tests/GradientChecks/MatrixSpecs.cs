using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class MatrixSpecs
{
    public static readonly GradSpec[] All =
    [
        new("MatMul", X(2, 3), X(3, 4)) { Case = "matrices" },
        new("MatMul", X(2, 2, 3), X(3, 4)) { Case = "batch on the left" },
        new("MatMul", X(2, 3), X(2, 3, 4)) { Case = "batch on the right" },
        new("MatMul", X(2, 1, 2, 3), X(3, 3, 2)) { Case = "batches broadcast" },
        new("MatMul", X(3), X(3)) { Case = "vectors" },
        new("MatMul", X(3), X(3, 2)) { Case = "vector on the left" },
        new("MatMul", X(3), X(2, 3, 2)) { Case = "vector against a batch" },
        new("MatMul", X(2, 3), X(3)) { Case = "vector on the right" },
        new("MatMul", X(2, 2, 3), X(3)) { Case = "batch against a vector" },
        new("MatMul", X(2, 3), Weights(3, 4)) { Case = "constant weights" },
        .. from a in (int[])[0, 1]
           from b in (int[])[0, 1]
           select new GradSpec("Gemm", X(a == 1 ? [3, 2] : [2, 3]), X(b == 1 ? [4, 3] : [3, 4]), X(4))
           { Case = $"transA {a}, transB {b}", Attributes = [("transA", a), ("transB", b), ("alpha", 0.5f), ("beta", 2f)] },
        new("Gemm", X(2, 3), X(3, 4), X(2, 1)) { Case = "bias column" },
        new("Gemm", X(2, 3), X(3, 4), X()) { Case = "bias scalar" },
        new("Gemm", X(2, 3), Weights(3, 4)) { Case = "no bias", From = 11 },
    ];
}
