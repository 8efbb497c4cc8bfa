using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Activations. At a kink the gradient is PyTorch's; each has a test by name.</summary>
internal static class ActivationRules
{
    private const float SeluAlpha = 1.67326319217681884765625f;
    private const float SeluGamma = 1.05070102214813232421875f;

    public static readonly VjpRule[] All =
    [
        Rule.Unary("Relu", since: 6, c => c.Graph.KeepWherePositive(c.Dy, c.Y)), // 0 at x = 0
        Rule.Unary("LeakyRelu", since: 6, c => c.Dy * IfPositive(c, c.X, 1, c.X.Like(c.Float("alpha", 0.01f)))),
        Rule.Inputs("PRelu", since: 7,
            c => c.Dy * IfPositive(c, c.X, 1, c.B),
            c => c.Graph.SumTo(c.Dy * c.Graph.Binary("Min", c.X, c.X.Like(0)), c.B.Shape)),
        Rule.Unary("ThresholdedRelu", since: 10, c =>
            c.Graph.Where(c.Graph.Test("Greater", c.X, c.X.Like(c.Float("alpha", 1))), c.Dy, c.Dy.Like(0))),
        Rule.Unary("Shrink", since: 9, c => c.Graph.Where(
            c.Graph.Test("Greater", c.Graph.Unary("Abs", c.X), c.X.Like(c.Float("lambd", 0.5f))), c.Dy, c.Dy.Like(0))),

        // Exponentials from the output: alpha exp(x) = y + alpha where x <= 0.
        Rule.Unary("Elu", since: 6, c => c.Dy * IfPositive(c, c.X, 1, c.Y + c.Float("alpha", 1))),
        Rule.Unary("Celu", since: 12, c => c.Dy * IfPositive(c, c.X, 1, (c.Y / c.Float("alpha", 1)) + 1)),
        Rule.Unary("Selu", since: 6, c =>
        {
            var (alpha, gamma) = (c.Float("alpha", SeluAlpha), c.Float("gamma", SeluGamma));
            return c.Dy * IfPositive(c, c.X, gamma, c.Y + (alpha * gamma));
        }),
        Rule.Unary("Sigmoid", since: 6, c => c.Dy * (c.Y * (1 - c.Y))),
        Rule.Unary("Tanh", since: 6, c => c.Dy * (1 - (c.Y * c.Y))),
        Rule.Unary("Softplus", since: 1, c => c.Dy * c.Graph.Unary("Sigmoid", c.X)),
        Rule.Unary("Softsign", since: 1, c =>
        {
            var below = 1 + c.Graph.Unary("Abs", c.X);
            return c.Dy / (below * below);
        }),
        Rule.Unary("Mish", since: 18, c =>
        {
            var tanh = c.Graph.Unary("Tanh", c.Graph.Unary("Softplus", c.X));
            return c.Dy * (tanh + (c.X * (1 - (tanh * tanh)) * c.Graph.Unary("Sigmoid", c.X)));
        }),

        // 0 at both kinks.
        Rule.Unary("HardSigmoid", since: 6, c => c.Graph.KeepWhereInside(c.Dy * c.Float("alpha", 0.2f), c.Y, 0, 1)),

        // x / 3 + 1/2 from -3 to 3, kinks included, as in PyTorch.
        Rule.Unary("HardSwish", since: 14, c => c.Dy * c.Graph.Where(
            c.Graph.Test("Less", c.X, c.X.Like(-3)), c.X.Like(0),
            c.Graph.Where(c.Graph.Test("Greater", c.X, c.X.Like(3)), c.X.Like(1), (c.X / 3) + 0.5))),

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

    private static Value IfPositive(VjpContext c, Value x, double yes, Value no) =>
        c.Graph.Where(c.Graph.Test("Greater", x, x.Like(0)), x.Like(yes), no);
}
