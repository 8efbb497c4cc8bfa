using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Quadrature;

/// <summary>Positions and weights along a path.</summary>
/// <param name="Alphas">Positions from 0 (baseline) to 1 (image), ascending.</param>
/// <param name="Weights">Weight of each position.</param>
public sealed record PathRule(IReadOnlyList<double> Alphas, IReadOnlyList<float> Weights)
{
    /// <summary>Gets a rule by the name that Captum 0.8 gives it, with the same numbers; <c>pair</c> is that of PAIR's saliency library.</summary>
    /// <remarks>
    /// <c>riemann_trapezoid</c> is short by a factor (n-1)/n there: its n points have n-1 intervals, but each is weighed 1/n.
    /// It is kept so that published numbers can be reproduced; <c>riemann_middle</c> is the better choice.
    /// <c>pair</c> weighs both ends like every other point, so it counts them twice.
    /// </remarks>
    /// <param name="name">One of the rules of the request's <c>rule</c> option.</param>
    /// <param name="steps">Number of points, at least 1; at least 2 for the Riemann rules that touch the ends.</param>
    public static PathRule ByName(string name, int steps) => name switch
    {
        "gausslegendre" => GaussLegendreRule(steps),
        "riemann_left" => new(Linspace(0, 1 - 1.0 / steps, steps), Equal(steps)),
        "riemann_right" => new(Linspace(1.0 / steps, 1, steps), Equal(steps)),
        "riemann_middle" => new(Linspace(1.0 / (2 * steps), 1 - 1.0 / (2 * steps), steps), Equal(steps)),
        "pair" => new(Linspace(0, 1, steps), Equal(steps)),
        "riemann_trapezoid" => new(Linspace(0, 1, steps), HalfEnds(steps)),
        _ => throw new SaliencyException("SAL2003", $"There is no rule '{name}'.", "Use one of the rules that `saliency methods` lists."),
    };

    private static PathRule GaussLegendreRule(int steps)
    {
        var (nodes, weights) = GaussLegendre.Rule(steps);
        return new([.. nodes.Select(x => 0.5 * (1 + x))], [.. weights.Select(w => (float)(0.5 * w))]);
    }

    /// <summary>Evenly spaced float32 positions, rounded as PyTorch's CPU <c>linspace</c> does: from both ends inwards.</summary>
    private static double[] Linspace(double start, double end, int count)
    {
        var (first, last) = ((float)start, (float)end);
        if (count == 1) return [first];
        var step = (last - first) / (count - 1);
        return [.. Enumerable.Range(0, count).Select(i => i < count / 2 ? first + step * i : last - step * (count - 1 - i))];
    }

    private static float[] Equal(int count) => [.. Enumerable.Repeat((float)(1.0 / count), count)];

    private static float[] HalfEnds(int count)
    {
        var weights = Equal(count);
        weights[0] = weights[^1] = (float)(0.5 / count);
        return weights;
    }
}
