using SaliencyCluster.Attribution.Points.Paths;

namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>The mean of scores of masked images, weighed for each pixel by how much each mask kept of it.</summary>
internal static class MaskedMean
{
    /// <summary>Operations for a pixel of a mask, which lies between four cells.</summary>
    public const int Operations = 8;

    /// <summary>The same with what a ratio needs.</summary>
    public const int OperationsOfKept = 12;

    /// <summary>Divides by what masks keep of a pixel on average, as Petsiuk et al., 2018. With the standard error of each pixel;
    /// null for fewer than 2 masks.</summary>
    public static (Tensor Map, Tensor? Error) Of(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        int[] shape = [1, imageShape[1], imageShape[2]];
        var (sum, squares) = (new double[shape[1] * shape[2]], new double[shape[1] * shape[2]]);
        ForEach(masks, scores, shape, (score, mask) =>
        {
            for (var i = 0; i < sum.Length; i++)
            {
                var value = score * mask[i];
                (sum[i], squares[i]) = (sum[i] + value, squares[i] + (value * value));
            }
        });
        var map = new Tensor(shape, Array.ConvertAll(sum, v => (float)(v / (scores.Length * masks.Keep))));
        if (scores.Length < 2) return (map, null);
        var (n, error) = ((double)scores.Length, Tensor.Zeros(shape));
        for (var i = 0; i < sum.Length; i++)
            error.Data[i] = (float)(Math.Sqrt(Math.Max(0, squares[i] - (sum[i] * sum[i] / n)) / (n * (n - 1))) / masks.Keep);
        return (map, error);
    }

    /// <summary>
    /// Divides by what these masks kept of the pixel: the same in the limit, and without the unevenness of the masks themselves, which is
    /// most of what is seen where all scores are high. With the standard error of each pixel, that of a ratio of two means
    /// (Cochran, Sampling Techniques, 1977, section 2.11); null for fewer than 2 masks.
    /// </summary>
    public static (Tensor Map, Tensor? Error) OfKept(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        int[] shape = [1, imageShape[1], imageShape[2]];
        var size = shape[1] * shape[2];
        var (sum, kept, squares) = (new double[size], new double[size], new double[size]);
        var (keptSquares, cross) = (new double[size], new double[size]);
        ForEach(masks, scores, shape, (score, mask) =>
        {
            for (var i = 0; i < size; i++)
            {
                var (part, value) = ((double)mask[i], score * mask[i]);
                (sum[i], kept[i], squares[i]) = (sum[i] + value, kept[i] + part, squares[i] + (value * value));
                (keptSquares[i], cross[i]) = (keptSquares[i] + (part * part), cross[i] + (value * part));
            }
        });
        var map = new Tensor(shape, [.. sum.Select((v, i) => kept[i] > 0 ? (float)(v / kept[i]) : 0)]);
        if (scores.Length < 2) return (map, null);
        var (n, error) = ((double)scores.Length, Tensor.Zeros(shape));
        for (var i = 0; i < sum.Length; i++)
        {
            // Of a pixel that no mask kept nothing is known: it may be as far off as scores reach.
            if (kept[i] == 0)
            {
                error.Data[i] = scores.Max();
                continue;
            }
            var ratio = sum[i] / kept[i];
            var residuals = squares[i] - (2 * ratio * cross[i]) + (ratio * ratio * keptSquares[i]);
            error.Data[i] = (float)(Math.Sqrt(Math.Max(0, residuals) * n / (n - 1)) / kept[i]);
        }
        return (map, error);
    }

    // Each score with its mask, which is drawn anew.
    private static void ForEach(RiseMask masks, float[] scores, int[] shape, Action<double, float[]> take)
    {
        var mask = new float[shape[1] * shape[2]];
        for (var m = 0; m < scores.Length; m++)
        {
            masks.Fill(m, shape[1], shape[2], mask);
            take(scores[m], mask);
        }
    }
}
