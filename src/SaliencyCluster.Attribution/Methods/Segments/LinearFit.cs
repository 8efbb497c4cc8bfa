namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>A weighted least-squares fit of scores by which segments are there, by its normal equations in double precision.</summary>
/// <param name="segments">How many coefficients there are.</param>
internal sealed class LinearFit(int segments)
{
    private readonly double[] _matrix = new double[segments * segments];
    private readonly double[] _right = new double[segments];

    /// <summary>Adds a copy whose segments are 1 where present, less <paramref name="centre"/> where that is given.</summary>
    public void Add(bool[] present, double weight, double value, double[]? centre = null)
    {
        var x = Row(present, centre);
        for (var i = 0; i < x.Length; i++)
        {
            if (x[i] == 0) continue;
            _right[i] += weight * x[i] * value;
            for (var j = 0; j <= i; j++) _matrix[(i * segments) + j] += weight * x[i] * x[j];
        }
    }

    /// <summary>Adds a penalty on the squares of the coefficients.</summary>
    public void Penalize(double weight)
    {
        for (var i = 0; i < segments; i++) _matrix[(i * segments) + i] += weight;
    }

    /// <summary>Brings the equations into a form that is solved quickly (Cholesky); nothing can be added after it.</summary>
    public void Factorize()
    {
        for (var i = 0; i < segments; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = _matrix[(i * segments) + j] - System.Numerics.Tensors.TensorPrimitives.Dot<double>(
                    _matrix.AsSpan(i * segments, j), _matrix.AsSpan(j * segments, j));
                _matrix[(i * segments) + j] = i == j ? Math.Sqrt(sum) : sum / _matrix[(j * segments) + j];
            }
        }
    }

    /// <summary>Gets the coefficients.</summary>
    public double[] Coefficients() => Solve(_right);

    /// <summary>Solves the equations for another right side.</summary>
    public double[] Solve(double[] right)
    {
        double[] x = [.. right];
        for (var i = 0; i < segments; i++)
        {
            for (var j = 0; j < i; j++) x[i] -= _matrix[(i * segments) + j] * x[j];
            x[i] /= _matrix[(i * segments) + i];
        }
        for (var i = segments - 1; i >= 0; i--)
        {
            x[i] /= _matrix[(i * segments) + i];
            for (var j = 0; j < i; j++) x[j] -= _matrix[(i * segments) + j] * x[i];
        }
        return x;
    }

    /// <summary>Gets a copy's row.</summary>
    public static double[] Row(bool[] present, double[]? centre)
    {
        var x = new double[present.Length];
        for (var i = 0; i < x.Length; i++) x[i] = (present[i] ? 1 : 0) - (centre is null ? 0 : centre[i]);
        return x;
    }

    /// <summary>Says about how many operations a fit takes whose standard errors are worked out too.</summary>
    public static long Operations(long segments, long copies) => Requests.Saturated.Sum(
        Requests.Saturated.Product(4, copies, segments, segments), Requests.Saturated.Product(segments, segments, segments));

    /// <summary>Gets the standard errors of a sum of independent terms from the terms.</summary>
    public static double[]? StandardErrors(int segments, IEnumerable<double[]> terms)
    {
        var (sum, squares, count) = (new double[segments], new double[segments], 0);
        foreach (var term in terms)
        {
            count++;
            for (var i = 0; i < segments; i++) (sum[i], squares[i]) = (sum[i] + term[i], squares[i] + (term[i] * term[i]));
        }
        if (count < 2) return null;
        return [.. sum.Select((s, i) => Math.Sqrt(Math.Max(0, squares[i] - (s * s / count)) * count / (count - 1)))];
    }
}
