using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Points.Perturbations;

/// <summary>
/// ROAD's noisy linear imputation: every removed pixel becomes the weighted mean of its eight neighbours (1/6 beside, 1/12 across
/// corners; fewer at the border), removed ones among them included, plus noise. It leaks less of the removed shape than a flat colour.
/// </summary>
/// <remarks>Rong et al., 2022, https://arxiv.org/abs/2202.00449.</remarks>
public static class LinearImputation
{
    private const double Beside = 1.0 / 6, Across = 1.0 / 12;

    // The system is symmetric and positive definite as soon as one pixel is left, so conjugate gradients converge; float32 images need no more.
    private const double Tolerance = 1e-8;

    private static readonly (int Dy, int Dx, double Weight)[] Neighbours =
    [
        (-1, -1, Across), (-1, 0, Beside), (-1, 1, Across), (0, -1, Beside), (0, 1, Beside), (1, -1, Across), (1, 0, Beside), (1, 1, Across),
    ];

    /// <summary>Fills removed pixels.</summary>
    /// <param name="image">The image, <c>[C,H,W]</c>.</param>
    /// <param name="removed">Indexes of removed pixels; at least one pixel must be left.</param>
    /// <param name="noise">Standard deviation of the noise in the units of the image; ROAD's is 0.01.</param>
    /// <param name="random">The noise; not read where <paramref name="noise"/> is 0.</param>
    public static Tensor Fill(Tensor image, IReadOnlyCollection<int> removed, double noise, RandomStream random)
    {
        var (channels, height, width) = MapView.SizeOf(image);
        if (removed.Count == 0) return image;
        if (removed.Count == height * width) throw new ArgumentException("No pixel is left to fill the removed ones from.", nameof(removed));

        int[] missing = [.. removed.Order()];
        var equations = new Equations(missing, height, width);
        var data = (float[])image.Data.Clone();
        for (var c = 0; c < channels; c++)
        {
            var start = c * height * width;
            var known = equations.RightSide(image.Data.AsSpan(start, height * width));
            var filled = ConjugateGradients.Solve(equations.Multiply, known, Tolerance);
            for (var i = 0; i < missing.Length; i++)
                data[start + missing[i]] = (float)(filled[i] + (noise == 0 ? 0 : noise * random.NextNormal()));
        }
        return new(image.Shape, data);
    }

    /// <summary>"Weight of the valid neighbours times pixel minus weighted removed neighbours equals weighted left neighbours", one per removed pixel.</summary>
    private sealed class Equations
    {
        private readonly List<(int Pixel, double Weight)>[] _left;
        private readonly List<(int Equation, double Weight)>[] _missing;
        private readonly double[] _diagonal;

        public Equations(int[] missing, int height, int width)
        {
            var equationOf = missing.Index().ToDictionary(p => p.Item, p => p.Index);
            (_left, _missing, _diagonal) = (new List<(int, double)>[missing.Length], new List<(int, double)>[missing.Length], new double[missing.Length]);
            for (var i = 0; i < missing.Length; i++)
            {
                (_left[i], _missing[i]) = ([], []);
                foreach (var (dy, dx, weight) in Neighbours)
                {
                    int y = (missing[i] / width) + dy, x = (missing[i] % width) + dx;
                    if (y < 0 || y >= height || x < 0 || x >= width) continue;
                    _diagonal[i] += weight;
                    if (equationOf.TryGetValue((y * width) + x, out var other)) _missing[i].Add((other, weight));
                    else _left[i].Add(((y * width) + x, weight));
                }
            }
        }

        public double[] RightSide(ReadOnlySpan<float> plane)
        {
            var right = new double[_left.Length];
            for (var i = 0; i < right.Length; i++)
                foreach (var (pixel, weight) in _left[i]) right[i] += weight * plane[pixel];
            return right;
        }

        public void Multiply(double[] x, double[] result)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var sum = _diagonal[i] * x[i];
                foreach (var (other, weight) in _missing[i]) sum -= weight * x[other];
                result[i] = sum;
            }
        }
    }
}
