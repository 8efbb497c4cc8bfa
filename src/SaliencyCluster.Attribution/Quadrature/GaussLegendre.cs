namespace SaliencyCluster.Attribution.Quadrature;

/// <summary>Nodes and weights of Gauss-Legendre quadrature on [-1, 1], in double precision.</summary>
public static class GaussLegendre
{
    /// <summary>Gets the rule with n nodes, ascending.</summary>
    /// <param name="n">From 1 on; tested up to 1000.</param>
    public static (double[] Nodes, double[] Weights) Rule(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var (nodes, weights) = (new double[n], new double[n]);
        for (var i = 0; i < (n + 1) / 2; i++)
        {
            // Tricomi's estimate is close enough for Newton's method to converge in a few steps.
            var theta = Math.PI * (4 * i + 3) / (4 * n + 2);
            var x = Math.Cos(theta + 1 / (Math.Tan(theta) * 8.0 * n * n));
            for (var step = 0; step < 10; step++)
            {
                var (p, slope) = Legendre(n, x);
                var change = p / slope;
                x -= change;
                if (Math.Abs(change) <= 1e-16) break;
            }
            if (2 * i + 1 == n) x = 0;
            var (_, derivative) = Legendre(n, x);
            var weight = 2 / ((1 - x) * (1 + x) * derivative * derivative);
            (nodes[i], nodes[n - 1 - i]) = (-x, x);
            (weights[i], weights[n - 1 - i]) = (weight, weight);
        }
        return (nodes, weights);
    }

    /// <summary>The Legendre polynomial of degree n and its derivative, by the three-term recurrence.</summary>
    private static (double Value, double Derivative) Legendre(int n, double x)
    {
        var (previous, value) = (1.0, x);
        for (var k = 2; k <= n; k++) (previous, value) = (value, ((2 * k - 1) * x * value - (k - 1) * previous) / k);
        return (value, n * (x * value - previous) / ((x - 1) * (x + 1)));
    }
}
