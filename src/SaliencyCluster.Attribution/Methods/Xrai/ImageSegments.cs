using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Methods.Xrai;

/// <summary>The segments of an image at several scales, each grown by a margin so that edges belong to both sides.</summary>
/// <remarks>Scales, smoothing, least size and margin are those of PAIR's implementation, on its grid of 224 x 224 whatever the image's size.</remarks>
internal static class ImageSegments
{
    private const int Grid = 224, MinSize = 150, Margin = 5;
    private const double Sigma = 0.8;
    private static readonly double[] Scales = [50, 100, 150, 250, 500, 1200];

    private static readonly (int Y, int X)[] Disk =
    [
        .. from y in Enumerable.Range(-Margin, 2 * Margin + 1)
           from x in Enumerable.Range(-Margin, 2 * Margin + 1)
           where y * y + x * x <= Margin * Margin
           select (y, x),
    ];

    /// <summary>Gets the pixels of each segment, as indexes into the image's rows and columns, ascending.</summary>
    public static IReadOnlyList<int[]> Of(Tensor image)
    {
        var (height, width) = (image.Shape[1], image.Shape[2]);
        var channels = OnGrid(image);
        return
        [
            .. from scale in Scales
               let labels = FelzenszwalbSegmentation.Segment(channels, scale, Sigma, MinSize)
               from mask in Grown(labels)
               let pixels = Pixels(mask, height, width)
               where pixels.Length > 0
               select pixels,
        ];
    }

    /// <summary>The image on the grid, stretched to values from -1 to 1.</summary>
    private static Plane[] OnGrid(Tensor image)
    {
        double least = image.Data.Min(), range = image.Data.Max() - least;
        // Shrinking without smoothing would let single pixels decide.
        var shrink = Math.Max(image.Shape[1], image.Shape[2]) / (double)Grid;
        var planes = MapView.Channels(image).Select(c => shrink > 1 ? GaussianFilter.Apply(c, (shrink - 1) / 2) : c);
        return [.. planes
            .Select(c => Resizing.To(new Tensor([1, c.Height, c.Width], Array.ConvertAll(c.Values, v => (float)v)), Grid, Grid))
            .Select(c => MapView.Channels(c)[0].Select(v => range == 0 ? 0 : 2 * (v - least) / range - 1))];
    }

    private static IEnumerable<bool[]> Grown(int[] labels)
    {
        var masks = Enumerable.Range(0, labels.Max() + 1).Select(_ => new bool[labels.Length]).ToArray();
        for (var pixel = 0; pixel < labels.Length; pixel++)
        {
            var (mask, y, x) = (masks[labels[pixel]], pixel / Grid, pixel % Grid);
            mask[pixel] = true;
            if (!IsBorder(labels, y, x)) continue;
            foreach (var (dy, dx) in Disk)
                if (y + dy is >= 0 and < Grid && x + dx is >= 0 and < Grid) mask[(y + dy) * Grid + x + dx] = true;
        }
        return masks;
    }

    private static bool IsBorder(int[] labels, int y, int x)
    {
        var label = labels[y * Grid + x];
        return (y > 0 && labels[(y - 1) * Grid + x] != label) || (y < Grid - 1 && labels[(y + 1) * Grid + x] != label)
            || (x > 0 && labels[y * Grid + x - 1] != label) || (x < Grid - 1 && labels[y * Grid + x + 1] != label);
    }

    private static int[] Pixels(bool[] mask, int height, int width) =>
    [
        .. from y in Enumerable.Range(0, height)
           from x in Enumerable.Range(0, width)
           where mask[(int)((y + 0.5) * Grid / height) * Grid + (int)((x + 0.5) * Grid / width)]
           select y * width + x,
    ];
}
