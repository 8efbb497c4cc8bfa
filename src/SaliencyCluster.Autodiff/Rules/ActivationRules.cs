namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Activations. At a kink the gradient is PyTorch's; each has a test by name.</summary>
internal static class ActivationRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Unary("Relu", since: 6, c => c.Graph.KeepWherePositive(c.Dy, c.Y)), // 0 at x = 0
        Rule.Unary("LeakyRelu", since: 6, c =>
            c.Dy * c.Graph.Where(c.Graph.Test("Greater", c.X, c.X.Like(0)), c.X.Like(1), c.X.Like(c.Float("alpha", 0.01f)))),
        Rule.Unary("Sigmoid", since: 6, c => c.Dy * (c.Y * (1 - c.Y))),
        Rule.Unary("Tanh", since: 6, c => c.Dy * (1 - (c.Y * c.Y))),

        // 0 at both bounds, as PyTorch's ReLU6 and Hardtanh, which exporters write as Clip. (torch.clamp gives 1 there.)
        Rule.Unary("Clip", since: 6, c => c.Graph.KeepWhereInside(
            c.Dy, c.Y,
            c.Has(1) ? c.Scalar(1) : double.NegativeInfinity,
            c.Has(2) ? c.Scalar(2) : double.PositiveInfinity)),
        Rule.Unary("Softmax", since: 1, c =>
        {
            var weighted = c.Dy * c.Y;
            return weighted - (c.Y * c.Graph.Sum(weighted, [c.Axis("axis", -1)]));
        }),
        Rule.Unary("LogSoftmax", since: 1, c =>
            c.Dy - (c.Graph.Unary("Exp", c.Y) * c.Graph.Sum(c.Dy, [c.Axis("axis", -1)]))),
    ];
}
