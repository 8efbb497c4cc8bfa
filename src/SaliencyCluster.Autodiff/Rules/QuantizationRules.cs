namespace SaliencyCluster.Autodiff.Rules;

/// <summary>
/// Quantised models: the gradient passes a QuantizeLinear-DequantizeLinear pair as if nothing was rounded (the straight-through
/// estimator, Bengio et al., 2013, https://arxiv.org/abs/1308.3432). It is not the gradient of the rounded function, which is 0.
/// Outside the range of the quantised type the pair is constant, and the gradient is 0: quantisers fold Relu and Clip into that range.
/// </summary>
internal static class QuantizationRules
{
    public static readonly VjpRule[] All =
    [
        // Both work in units of x here: the scales of a pair cancel.
        Rule.Unary("QuantizeLinear", since: 10, QuantizedRange.Keep) with { ThroughIntegers = true },
        Rule.Unary("DequantizeLinear", since: 10, c => c.Dy),
    ];
}
