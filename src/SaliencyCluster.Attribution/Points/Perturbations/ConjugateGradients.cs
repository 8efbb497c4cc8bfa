namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>Solves linear equations with a symmetric positive definite matrix that is given by its product with a vector.</summary>
/// <remarks>Hestenes and Stiefel, 1952, https://doi.org/10.6028/jres.049.044.</remarks>
internal static class ConjugateGradients
{
    /// <summary>Solves until the residual is <paramref name="tolerance"/> times the right side, or no better in as many steps as there are unknowns.</summary>
    public static double[] Solve(Action<double[], double[]> multiply, double[] right, double tolerance)
    {
        var x = new double[right.Length];
        var residual = (double[])right.Clone();
        var direction = (double[])right.Clone();
        var product = new double[right.Length];
        var square = Dot(residual, residual);
        var enough = square * tolerance * tolerance;
        for (var step = 0; step < right.Length && square > enough; step++)
        {
            multiply(direction, product);
            var length = square / Dot(direction, product);
            for (var i = 0; i < x.Length; i++)
            {
                x[i] += length * direction[i];
                residual[i] -= length * product[i];
            }
            var next = Dot(residual, residual);
            for (var i = 0; i < x.Length; i++) direction[i] = residual[i] + (next / square * direction[i]);
            square = next;
        }
        return x;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
