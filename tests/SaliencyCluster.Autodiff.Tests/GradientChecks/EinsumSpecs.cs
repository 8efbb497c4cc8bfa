using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class EinsumSpecs
{
    private static GradSpec Einsum(string equation, params Arg[] operands) =>
        new("Einsum", operands) { Case = equation, From = 12, Attributes = [("equation", equation)] };

    public static readonly GradSpec[] All =
    [
        Einsum("ij,jk->ik", X(2, 3), X(3, 4)),
        Einsum("bij,bkj->bik", X(2, 3, 2), X(2, 4, 2)),
        Einsum("ij->ji", X(2, 3)),
        Einsum("ij->i", X(2, 3)),
        Einsum("i,j->ij", X(2), X(3)),
        Einsum("...ij,...jk->...ik", X(2, 2, 3), X(2, 3, 2)),
        Einsum("ab,bc", X(2, 3), X(3, 2)),
        Einsum("ij,j,jk->k", X(2, 3), X(3), X(3, 2)),
        Einsum("ij,kl->l", X(2, 3), X(2, 2)),
    ];
}
