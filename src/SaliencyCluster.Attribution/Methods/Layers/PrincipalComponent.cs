namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The first principal component of a tensor [channels, places...]: places are what is observed, channels what of each.</summary>
internal static class PrincipalComponent
{
    private const int Block = 8;
    private const int MaxSteps = 500;
    private const double Converged = 1e-13;

    /// <summary>Projects the places, less the mean of each channel, on the direction of their largest variance.</summary>
    /// <returns>A map <c>[1, places...]</c> of the sign for which the largest magnitude is positive; zeros where all places are alike.</returns>
    public static Tensor Of(Tensor layer)
    {
        var (channels, places) = (layer.Shape[0], layer.Shape[1..].Aggregate(1, (n, d) => n * d));
        var centred = new double[channels][];
        for (var c = 0; c < channels; c++)
        {
            var row = centred[c] = new double[places];
            for (var p = 0; p < places; p++) row[p] = layer.Data[(c * places) + p];
            var mean = row.Average();
            for (var p = 0; p < places; p++) row[p] -= mean;
        }

        // The smaller of the two products has the same components; the map is the direction itself, or a projection on it.
        var byPlaces = places <= channels;
        var (value, direction) = Largest(Products(byPlaces ? Transposed(centred) : centred));
        var map = new double[places];
        for (var p = 0; p < places; p++)
            map[p] = byPlaces ? direction[p] * Math.Sqrt(Math.Max(0, value)) : Enumerable.Range(0, channels).Sum(c => centred[c][p] * direction[c]);
        var sign = map.MaxBy(Math.Abs) < 0 ? -1 : 1;
        return new([1, .. layer.Shape[1..]], [.. map.Select(v => (float)(sign * v))]);
    }

    private static double[][] Transposed(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Select(r => r[i]).ToArray())];

    private static double[][] Products(double[][] rows)
    {
        var result = rows.Select(_ => new double[rows.Length]).ToArray();
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j <= i; j++) result[i][j] = result[j][i] = Dot(rows[i], rows[j]);
        return result;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    // Orthogonal iteration over a few directions: the first converges with the ratio of the first value to the ninth.
    private static (double Value, double[] Direction) Largest(double[][] matrix)
    {
        var size = matrix.Length;
        var block = Math.Min(Block, size);
        var random = new Random(0);
        var basis = Enumerable.Range(0, block).Select(_ => Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
        Orthonormalize(basis);
        var scale = Enumerable.Range(0, size).Sum(i => matrix[i][i]);
        if (scale == 0) return (0, new double[size]);
        var (value, direction) = (0.0, basis[0]);
        for (var step = 0; step < MaxSteps; step++)
        {
            var image = basis.Select(b => matrix.Select(row => Dot(row, b)).ToArray()).ToArray();
            var small = basis.Select(b => image.Select(i => Dot(b, i)).ToArray()).ToArray();
            var (values, vectors) = Jacobi(small);
            var order = Enumerable.Range(0, block).OrderByDescending(i => values[i]).ToArray();
            (value, direction) = (values[order[0]], Combine(basis, vectors, order[0]));
            var moved = Combine(image, vectors, order[0]);
            var rest = Math.Sqrt(moved.Select((m, i) => (m - (value * direction[i])) * (m - (value * direction[i]))).Sum());
            if (rest <= Converged * scale) break;
            basis = [.. order.Select(o => Combine(image, vectors, o))];
            Orthonormalize(basis);
        }
        return (value, direction);
    }

    private static double[] Combine(double[][] basis, double[][] vectors, int column)
    {
        var result = new double[basis[0].Length];
        for (var b = 0; b < basis.Length; b++)
            for (var i = 0; i < result.Length; i++) result[i] += basis[b][i] * vectors[b][column];
        return result;
    }

    // Gram-Schmidt, twice; a direction that the others already span becomes zero.
    private static void Orthonormalize(double[][] basis)
    {
        for (var b = 0; b < basis.Length; b++)
        {
            var before = Math.Sqrt(Dot(basis[b], basis[b]));
            for (var again = 0; again < 2; again++)
                for (var other = 0; other < b; other++)
                {
                    var share = Dot(basis[b], basis[other]);
                    for (var i = 0; i < basis[b].Length; i++) basis[b][i] -= share * basis[other][i];
                }
            var length = Math.Sqrt(Dot(basis[b], basis[b]));
            for (var i = 0; i < basis[b].Length; i++) basis[b][i] = length > 1e-14 * before ? basis[b][i] / length : 0;
        }
    }

    // Eigenvalues and eigenvectors (as columns) of a small symmetric matrix, by rotations.
    private static (double[] Values, double[][] Vectors) Jacobi(double[][] matrix)
    {
        var n = matrix.Length;
        var a = matrix.Select(r => (double[])r.Clone()).ToArray();
        var v = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0).ToArray()).ToArray();
        for (var sweep = 0; sweep < 60; sweep++)
        {
            var off = 0.0;
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++) off += a[p][q] * a[p][q];
            if (off == 0) break;
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++)
                {
                    if (a[p][q] == 0) continue;
                    var theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                    var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                    var (cos, sin) = (1 / Math.Sqrt((t * t) + 1), t / Math.Sqrt((t * t) + 1));
                    for (var k = 0; k < n; k++) (a[k][p], a[k][q]) = ((cos * a[k][p]) - (sin * a[k][q]), (sin * a[k][p]) + (cos * a[k][q]));
                    for (var k = 0; k < n; k++) (a[p][k], a[q][k]) = ((cos * a[p][k]) - (sin * a[q][k]), (sin * a[p][k]) + (cos * a[q][k]));
                    for (var k = 0; k < n; k++) (v[k][p], v[k][q]) = ((cos * v[k][p]) - (sin * v[k][q]), (sin * v[k][p]) + (cos * v[k][q]));
                }
        }
        return ([.. Enumerable.Range(0, n).Select(i => a[i][i])], v);
    }
}
