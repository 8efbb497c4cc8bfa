using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Normalizations.</summary>
internal static class NormalizationRules
{
    public static readonly VjpRule[] All =
    [
        // Inference form: the running statistics are weights, not functions of x.
        Rule.Unary("BatchNormalization", since: 7, c =>
        {
            var deviation = c.Graph.Unary("Sqrt", c.In(4) + c.Float("epsilon", 1e-5f));
            return c.Dy * PerChannel(c, c.In(1) / deviation);
        }),
    ];

    /// <summary>A vector of one number for each channel, shaped to broadcast against input 0.</summary>
    public static Value PerChannel(VjpContext c, Value vector) =>
        c.Graph.Reshape(vector, [c.X.Shape[1], .. Enumerable.Repeat(1L, Math.Max(0, c.X.Rank - 2))]);
}
