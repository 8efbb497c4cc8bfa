using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class ActivationSpecs
{
    public static readonly GradSpec[] All =
    [
        new("Relu", X(2, 3)),
        new("Relu", X(1, 16, 2, 2)) { Case = "blocked mask" },
        new("LeakyRelu", X(2, 3)),
        new("LeakyRelu", X(2, 3)) { Case = "slope given", Attributes = [("alpha", 0.3f)] },
        new("PRelu", X(2, 3), X(3)) { Case = "one slope for each column" },
        new("PRelu", X(2, 3, 2), X(3, 1)) { Case = "one slope for each channel" },
        new("PRelu", X(2, 3), X(1)) { Case = "one slope" },
        new("ThresholdedRelu", X(2, 3)) { From = 10, Attributes = [("alpha", 0.1f)] },
        new("Shrink", X(Draw.Distinct, 10)) { From = 9, Attributes = [("lambd", 0.4f), ("bias", 0.3f)], Tolerance = 1e-4 }, // the runtime rounds to float inside
        new("Elu", X(2, 3)),
        new("Elu", X(2, 3)) { Case = "alpha given", Attributes = [("alpha", 0.5f)] },
        new("Celu", X(2, 3)) { From = 12, Attributes = [("alpha", 0.5f)] },
        new("Selu", X(2, 3)),
        new("Selu", X(2, 3)) { Case = "constants given", Attributes = [("alpha", 1.5f), ("gamma", 0.5f)] },
        new("Softplus", X(2, 3)),
        new("Softsign", X(2, 3)),
        new("Mish", X(2, 3)) { From = 18 },
        new("HardSigmoid", X(Draw.Distinct, 40)) { Attributes = [("alpha", 0.25f), ("beta", 0.5f)] },
        new("HardSwish", X(Draw.Distinct, 40)) { From = 14 },
        new("Gelu", X(2, 3)) { From = 20 },
        new("Gelu", X(2, 3)) { Case = "tanh", From = 20, Attributes = [("approximate", "tanh")] },
        new("Swish", X(2, 3)) { From = 24, Attributes = [("alpha", 1.5f)] },
        new("Sigmoid", X(2, 3)),
        new("Tanh", X(2, 3)),
        new("Clip", X(Draw.Distinct, 12)) { Case = "attributes", Until = 10, Attributes = [("min", -0.4f), ("max", 0.8f)] },
        new("Clip", X(Draw.Distinct, 12)) { Case = "lower attribute", Until = 10, Attributes = [("min", 0f)] },
        new("Clip", X(Draw.Distinct, 12), Float(-0.4), Float(0.8)) { Case = "both bounds", From = 11 },
        new("Clip", X(Draw.Distinct, 12), null, Float(0.8)) { Case = "upper bound", From = 11 },
        new("Clip", X(Draw.Distinct, 12), Float(0)) { Case = "lower bound", From = 11 },
        new("Clip", X(Draw.Distinct, 12)) { Case = "no bound", From = 11 },
        new("Clip", X(Draw.Distinct, 1, 16, 2, 2), Float(0), Float(2)) { Case = "blocked mask", From = 11 },
        new("Softmax", X(2, 5)) { Case = "two dimensions", Attributes = [("axis", 1)] },
        new("Softmax", X(2, 3, 2)) { Case = "over all dimensions from the axis on", Until = 12, Attributes = [("axis", 1)] },
        new("Softmax", X(2, 3, 2)) { Case = "middle axis", From = 13, Attributes = [("axis", 1)] },
        new("Softmax", X(2, 3, 2)) { Case = "default axis" },
        new("LogSoftmax", X(2, 5)) { Case = "two dimensions", Attributes = [("axis", 1)] },
        new("LogSoftmax", X(2, 3, 2)) { Case = "over all dimensions from the axis on", Until = 12, Attributes = [("axis", 1)] },
        new("LogSoftmax", X(2, 3, 2)) { Case = "first axis", From = 13, Attributes = [("axis", 0)] },
    ];
}
