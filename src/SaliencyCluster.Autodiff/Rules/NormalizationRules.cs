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
        Rule.Inputs("InstanceNormalization", since: 6,
            c => Standardized(c, c.Dy * PerChannel(c, c.In(1)), Shapes.Range(2, c.X.Rank)),
            c => c.Graph.Sum(c.Dy * Standard(c, Shapes.Range(2, c.X.Rank)).Value, AllButChannels(c), keep: false),
            c => c.Graph.Sum(c.Dy, AllButChannels(c), keep: false)),
        Rule.Inputs("LayerNormalization", since: 17,
            c => Standardized(c, c.Dy * c.In(1), Shapes.Range(c.Axis("axis", -1), c.X.Rank)),
            c => c.Graph.SumTo(c.Dy * Standard(c, Shapes.Range(c.Axis("axis", -1), c.X.Rank)).Value, c.In(1).Shape),
            c => c.Graph.SumTo(c.Dy, c.In(2).Shape)),

        // y = x D^-beta with D = bias + alpha / size * (sum of x^2 over neighbouring channels).
        Rule.Unary("LRN", since: 1, LocalResponse),
    ];

    /// <summary>A vector of one number for each channel, shaped to broadcast against input 0.</summary>
    public static Value PerChannel(VjpContext c, Value vector) =>
        c.Graph.Reshape(vector, [c.X.Shape[1], .. Enumerable.Repeat(1L, Math.Max(0, c.X.Rank - 2))]);

    private static int[] AllButChannels(VjpContext c) => [0, .. Shapes.Range(2, c.X.Rank)];

    /// <summary>(x - mean) / deviation, and 1 / deviation.</summary>
    private static (Value Value, Value Scale) Standard(VjpContext c, int[] axes)
    {
        var centred = c.X - c.Graph.Mean(c.X, axes);
        var scale = 1 / c.Graph.Unary("Sqrt", c.Graph.Mean(centred * centred, axes) + c.Float("epsilon", 1e-5f));
        return (centred * scale, scale);
    }

    /// <summary>The gradient of standardization: what arrives, less its mean, less its part along the standardized value.</summary>
    private static Value Standardized(VjpContext c, Value dy, int[] axes)
    {
        var (value, scale) = Standard(c, axes);
        return scale * (dy - c.Graph.Mean(dy, axes) - (value * c.Graph.Mean(dy * value, axes)));
    }

    private static Value LocalResponse(VjpContext c)
    {
        var (size, channels) = (c.Int("size", 1), c.X.Shape[1]);
        var (alpha, beta) = (c.Float("alpha", 0.0001f) / size, c.Float("beta", 0.75f));
        var band = c.Graph.EmptyMatrix(channels, channels);
        for (var i = 0L; i < channels; i++)
            for (var j = Math.Max(0, i - ((size - 1) / 2)); j <= Math.Min(channels - 1, i + (size / 2)); j++)
                band[j, i] = 1; // element j is among the neighbours of i

        var d = (c.Graph.Along(c.X * c.X, 1, band) * alpha) + c.Float("bias", 1);
        var shared = c.Graph.Along(c.Dy * c.Y / d, 1, GraphBuilder.Transposed(band));
        return (c.Dy * c.Graph.Binary("Pow", d, d.Like(-beta))) - (c.X * shared * (2 * alpha * beta));
    }
}
