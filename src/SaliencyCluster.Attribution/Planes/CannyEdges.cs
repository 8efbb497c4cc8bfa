namespace SaliencyCluster.Attribution.Planes;

/// <summary>Canny's edge detector, as <c>skimage.feature.canny</c>: thin binary edges, a control that sees the image but no model.</summary>
/// <remarks>Canny, 1986, https://doi.org/10.1109/TPAMI.1986.4767851.</remarks>
public static class CannyEdges
{
    /// <summary>Edges of a plane: 1 on an edge, else 0.</summary>
    /// <param name="image">A plane with values of about [0,1].</param>
    /// <param name="sigma">Standard deviation of the smoothing in pixels, above 0.</param>
    /// <param name="low">Gradient that continues an edge.</param>
    /// <param name="high">Gradient that starts an edge.</param>
    public static Plane Of(Plane image, double sigma = 1, double low = 0.1, double high = 0.2)
    {
        var (dy, dx) = SobelEdges.Derivatives(Smoothed(image, sigma));
        var strength = dy.Zip(dx, double.Hypot);
        var ridge = Plane.Of(image.Height, image.Width, (y, x) => IsRidge(strength, dy, dx, y, x) ? strength[y, x] : 0);
        return Connected(ridge, low, high);
    }

    /// <summary>Edges of an image <c>[C,H,W]</c>: of its mean over channels, scaled to [0,1].</summary>
    public static Plane OfImage(Tensor image)
    {
        var grey = SobelEdges.Grey(image);
        double least = grey.Values.Min(), range = grey.Values.Max() - least;
        return Of(grey.Select(v => range == 0 ? 0 : (v - least) / range));
    }

    /// <summary>Smoothing that ignores what lies outside the picture.</summary>
    private static Plane Smoothed(Plane image, double sigma)
    {
        var inside = GaussianFilter.Apply(image.Select(_ => 1), sigma, border: Border.Zero);
        return GaussianFilter.Apply(image, sigma, border: Border.Zero).Zip(inside, (v, share) => v / share);
    }

    /// <summary>Whether the strength is at least that of both neighbours across the edge, interpolated between the two nearest pixels.</summary>
    private static bool IsRidge(Plane strength, Plane dy, Plane dx, int y, int x)
    {
        if (y == 0 || x == 0 || y == strength.Height - 1 || x == strength.Width - 1 || strength[y, x] <= 0) return false;
        double down = dy[y, x], right = dx[y, x];
        double steepness = Math.Abs(down), width = Math.Abs(right);
        // scikit-image looks at the sectors in this order and lets the last that fits decide: diagonals and zeros fit two.
        bool? ridge = null;
        var falling = (down >= 0 && right >= 0) || (down <= 0 && right <= 0);
        var rising = (down <= 0 && right >= 0) || (down >= 0 && right <= 0);
        if (falling && steepness >= width) ridge = Beats(strength, y, x, 1, 0, 1, 1, width / steepness);
        if (falling && steepness <= width) ridge = Beats(strength, y, x, 0, 1, 1, 1, steepness / width);
        if (rising && steepness <= width) ridge = Beats(strength, y, x, 0, 1, -1, 1, steepness / width);
        if (rising && steepness >= width) ridge = Beats(strength, y, x, -1, 0, -1, 1, width / steepness);
        return ridge ?? false;
    }

    private static bool Beats(Plane s, int y, int x, int nearY, int nearX, int farY, int farX, double weight)
    {
        var ahead = (s[y + farY, x + farX] * weight) + (s[y + nearY, x + nearX] * (1 - weight));
        var behind = (s[y - farY, x - farX] * weight) + (s[y - nearY, x - nearX] * (1 - weight));
        return ahead <= s[y, x] && behind <= s[y, x];
    }

    private static Plane Connected(Plane ridge, double low, double high)
    {
        var edges = new double[ridge.Values.Length];
        var open = new Stack<int>();
        for (var start = 0; start < edges.Length; start++)
            if (ridge.Values[start] >= high) Visit(start);
        while (open.TryPop(out var at))
            for (var y = Math.Max(0, (at / ridge.Width) - 1); y <= Math.Min(ridge.Height - 1, (at / ridge.Width) + 1); y++)
                for (var x = Math.Max(0, (at % ridge.Width) - 1); x <= Math.Min(ridge.Width - 1, (at % ridge.Width) + 1); x++)
                    if (ridge[y, x] >= low) Visit((y * ridge.Width) + x);
        return new(ridge.Height, ridge.Width, edges);

        void Visit(int index)
        {
            if (edges[index] != 0) return;
            edges[index] = 1;
            open.Push(index);
        }
    }
}
