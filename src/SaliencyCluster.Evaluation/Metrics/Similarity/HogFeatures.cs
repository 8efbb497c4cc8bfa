using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Evaluation.Metrics.Similarity;

/// <summary>Histograms of oriented gradients, as <c>skimage.feature.hog</c> with L2-Hys blocks.</summary>
/// <remarks>Dalal and Triggs, 2005, https://doi.org/10.1109/CVPR.2005.177.</remarks>
public static class HogFeatures
{
    private const double Epsilon = 1e-5, Clip = 0.2;

    /// <summary>The feature vector of a map: at each pixel the channel with the strongest gradient counts.</summary>
    public static double[] Of(IReadOnlyList<Plane> channels, HogOptions options)
    {
        int rows = channels[0].Height / options.CellSize, columns = channels[0].Width / options.CellSize;
        var cells = CellHistograms(channels, options, rows, columns);
        var features = new List<double>();
        for (var r = 0; r + options.BlockSize <= rows; r++)
            for (var c = 0; c + options.BlockSize <= columns; c++)
                features.AddRange(Normalized(Block(cells, r, c, options)));
        return [.. features];
    }

    private static double[,,] CellHistograms(IReadOnlyList<Plane> channels, HogOptions options, int rows, int columns)
    {
        var cells = new double[rows, columns, options.Orientations];
        var area = (double)options.CellSize * options.CellSize;
        for (var y = 0; y < rows * options.CellSize; y++)
            for (var x = 0; x < columns * options.CellSize; x++)
            {
                var (dy, dx, magnitude) = Steepest(channels, y, x);
                var angle = Math.Atan2(dy, dx) * (180 / Math.PI);
                if (Math.Abs(angle) >= 180) angle %= 180;
                if (angle < 0) angle += 180;
                // An angle a rounding error below 0 becomes 180 and belongs to no bin, as in scikit-image.
                var bin = (int)(angle / (180.0 / options.Orientations));
                if (bin < options.Orientations) cells[y / options.CellSize, x / options.CellSize, bin] += magnitude / area;
            }
        return cells;
    }

    private static (double Dy, double Dx, double Magnitude) Steepest(IReadOnlyList<Plane> channels, int y, int x)
    {
        var steepest = Gradient(channels[0], y, x);
        for (var c = 1; c < channels.Count; c++)
        {
            var gradient = Gradient(channels[c], y, x);
            if (gradient.Magnitude > steepest.Magnitude) steepest = gradient;
        }
        return steepest;
    }

    private static (double Dy, double Dx, double Magnitude) Gradient(Plane p, int y, int x)
    {
        var dy = y == 0 || y == p.Height - 1 ? 0 : p[y + 1, x] - p[y - 1, x];
        var dx = x == 0 || x == p.Width - 1 ? 0 : p[y, x + 1] - p[y, x - 1];
        return (dy, dx, double.Hypot(dy, dx));
    }

    private static double[] Block(double[,,] cells, int row, int column, HogOptions options) =>
    [
        .. from r in Enumerable.Range(row, options.BlockSize)
           from c in Enumerable.Range(column, options.BlockSize)
           from o in Enumerable.Range(0, options.Orientations)
           select cells[r, c, o],
    ];

    private static double[] Normalized(double[] block) => Unit(Array.ConvertAll(Unit(block), v => Math.Min(v, Clip)));

    private static double[] Unit(double[] block)
    {
        var length = Math.Sqrt(block.Sum(v => v * v) + (Epsilon * Epsilon));
        return Array.ConvertAll(block, v => v / length);
    }
}
