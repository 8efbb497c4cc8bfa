namespace SaliencyCluster.Autodiff.Rules;

/// <summary>
/// Quantised models: the gradient passes a QuantizeLinear-DequantizeLinear pair as if nothing was rounded (the straight-through
/// estimator, Bengio et al., 2013, https://arxiv.org/abs/1308.3432). It is not the gradient of the rounded function, which is 0.
/// </summary>
internal static class QuantizationRules
{
    public static readonly VjpRule[] All =
    [
        // Both work in units of x here: the scales of a pair cancel.
        Rule.Unary("QuantizeLinear", since: 10, c => c.Dy) with { ThroughIntegers = true },
        Rule.Unary("DequantizeLinear", since: 10, c => c.Dy),
    ];
}
