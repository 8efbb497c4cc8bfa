using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class NormalizationSpecs
{
    private static readonly Arg?[] _statistics = [Weights(3), Weights(3), Weights(3), Floats([3], 0.5, 1, 2)];

    public static readonly GradSpec[] All =
    [
        new("BatchNormalization", [X(2, 3, 2, 2), .. _statistics]) { Attributes = [("epsilon", 0.01f)] },
        new("BatchNormalization", [X(2, 3), .. _statistics]) { Case = "no spatial dimensions" },
        new("BatchNormalization", [X(2, 3, 4), .. _statistics]) { Case = "one spatial dimension" },
        new("InstanceNormalization", X(2, 3, 2, 3), X(3), X(3)) { Attributes = [("epsilon", 0.01f)] },
        new("InstanceNormalization", X(1, 2, 5), X(2), X(2)) { Case = "one spatial dimension" },
        new("LayerNormalization", X(2, 3, 4), X(4), X(4)) { From = 17 },
        new("LayerNormalization", X(2, 3, 4), X(3, 4), X(3, 4)) { Case = "two axes", From = 17, Attributes = [("axis", 1), ("epsilon", 0.01f)] },
        new("LayerNormalization", X(2, 4), X(4)) { Case = "no bias", From = 17 },
        new("RMSNormalization", X(2, 3, 4), X(4)) { From = 23 },
        new("GroupNormalization", X(2, 4, 3), X(2), X(2)) { Case = "scale for each group", From = 18, Until = 20, Attributes = [("num_groups", 2)] },
        new("GroupNormalization", X(2, 4, 3, 2), X(4), X(4)) { Case = "scale for each channel", From = 21, Attributes = [("num_groups", 2)] },
        new("LRN", X(2, 5, 2, 2)) { Attributes = [("size", 3), ("alpha", 0.5f), ("beta", 0.6f), ("bias", 1.5f)] },
        new("LpNormalization", X(2, 3)) { Case = "L2" },
        new("LpNormalization", X(2, 3)) { Case = "L1 along rows", Attributes = [("p", 1), ("axis", 0)] },
        new("MeanVarianceNormalization", X(2, 2, 2, 3)) { From = 9 },
    ];
}
