using SaliencyCluster.Attribution.Points.Paths;

namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>The mean of scores of masked images, weighed for each pixel by how much each mask kept of it.</summary>
internal static class MaskedMean
{
    /// <summary>Operations for a pixel of a mask, which lies between four cells.</summary>
    public const int Operations = 8;

    /// <summary>Divides by what masks keep of a pixel on average, as Petsiuk et al., 2018. With the standard error of each pixel;
    /// null for fewer than 2 masks.</summary>
    public static (Tensor Map, Tensor? Error) Of(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        int[] shape = [1, imageShape[1], imageShape[2]];
        var (sum, _, squares) = Sums(masks, scores, imageShape);
        var map = new Tensor(shape, Array.ConvertAll(sum, v => (float)(v / (scores.Length * masks.Keep))));
        if (scores.Length < 2) return (map, null);
        var (n, error) = ((double)scores.Length, Tensor.Zeros(shape));
        for (var i = 0; i < sum.Length; i++)
            error.Data[i] = (float)(Math.Sqrt(Math.Max(0, squares[i] - (sum[i] * sum[i] / n)) / (n * (n - 1))) / masks.Keep);
        return (map, error);
    }

    /// <summary>
    /// Divides by what these masks kept of the pixel: the same in the limit, and without the unevenness of the masks themselves, which is
    /// most of what is seen where all scores are high.
    /// </summary>
    public static Tensor OfKept(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        var (sum, kept, _) = Sums(masks, scores, imageShape);
        return new([1, imageShape[1], imageShape[2]], [.. sum.Select((v, i) => kept[i] > 0 ? (float)(v / kept[i]) : 0)]);
    }

    private static (double[] Sum, double[] Kept, double[] Squares) Sums(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        var (height, width) = (imageShape[1], imageShape[2]);
        var (sum, kept, squares) = (new double[height * width], new double[height * width], new double[height * width]);
        var mask = new float[height * width];
        for (var m = 0; m < scores.Length; m++)
        {
            masks.Fill(m, height, width, mask);
            for (var i = 0; i < sum.Length; i++)
            {
                var value = (double)scores[m] * mask[i];
                (sum[i], kept[i], squares[i]) = (sum[i] + value, kept[i] + mask[i], squares[i] + (value * value));
            }
        }
        return (sum, kept, squares);
    }
}
