using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Methods.Xrai;

/// <summary>Graph-based segmentation: neighbours join while the step between them is less than what their segments hold already.</summary>
/// <remarks>
/// Felzenszwalb and Huttenlocher, 2004, https://doi.org/10.1023/B:VISI.0000022288.19776.77, with scikit-image's conventions: Gaussian
/// smoothing, eight neighbours, Euclidean distance of colours, <c>scale</c> divided by 255.
/// </remarks>
internal static class FelzenszwalbSegmentation
{
    /// <summary>Segments an image.</summary>
    /// <param name="channels">Its channels, of one size.</param>
    /// <param name="scale">Larger means larger segments.</param>
    /// <param name="sigma">Standard deviation of the smoothing in pixels.</param>
    /// <param name="leastSize">Segments of fewer pixels are joined to a neighbour.</param>
    /// <returns>The number of each pixel's segment; segments are numbered in the order of their first pixels.</returns>
    public static int[] Segment(IReadOnlyList<Plane> channels, double scale, double sigma, int leastSize)
    {
        Plane[] smooth = [.. channels.Select(c => GaussianFilter.Apply(c, sigma))];
        return Segment(Edges(smooth), smooth[0].Values.Length, scale / 255, leastSize);
    }

    private static int[] Segment(Edge[] edges, int pixels, double scale, int leastSize)
    {
        var (root, size, inner) = (Enumerable.Range(0, pixels).ToArray(), Enumerable.Repeat(1, pixels).ToArray(), new double[pixels]);
        foreach (var edge in edges)
        {
            var (a, b) = (Find(root, edge.From), Find(root, edge.To));
            if (a == b || edge.Cost >= Math.Min(inner[a] + scale / size[a], inner[b] + scale / size[b])) continue;
            inner[Join(root, size, a, b)] = edge.Cost;
        }
        foreach (var edge in edges)
        {
            var (a, b) = (Find(root, edge.From), Find(root, edge.To));
            if (a != b && (size[a] < leastSize || size[b] < leastSize)) Join(root, size, a, b);
        }
        var numbers = new Dictionary<int, int>();
        return [.. Enumerable.Range(0, pixels).Select(p => Find(root, p)).Select(r => numbers.TryGetValue(r, out var n) ? n : numbers[r] = numbers.Count)];
    }

    /// <summary>Every pair of neighbours, cheapest first; equal ones right, down, down-right and up-right in the order of their pixels.</summary>
    private static Edge[] Edges(Plane[] channels)
    {
        var (height, width) = (channels[0].Height, channels[0].Width);
        var edges = new List<Edge>(4 * height * width);
        foreach (var (dy, dx) in ((int, int)[])[(0, 1), (1, 0), (1, 1), (-1, 1)])
            for (var y = Math.Max(0, -dy); y < height - Math.Max(0, dy); y++)
                for (var x = 0; x < width - dx; x++)
                    edges.Add(Edge.Of(channels, y * width + x, (y + dy) * width + x + dx));
        return [.. edges.OrderBy(e => e.Cost)];
    }

    private static int Find(int[] root, int pixel)
    {
        while (root[pixel] != pixel) pixel = root[pixel] = root[root[pixel]];
        return pixel;
    }

    // The smaller index stays the root, so that the root is the segment's first pixel.
    private static int Join(int[] root, int[] size, int a, int b)
    {
        var (kept, gone) = (Math.Min(a, b), Math.Max(a, b));
        root[gone] = kept;
        size[kept] += size[gone];
        return kept;
    }

    private readonly record struct Edge(double Cost, int From, int To)
    {
        public static Edge Of(Plane[] channels, int from, int to)
        {
            var sum = 0.0;
            foreach (var channel in channels)
            {
                var step = channel.Values[to] - channel.Values[from];
                sum += step * step;
            }
            return new(Math.Sqrt(sum), from, to);
        }
    }
}
