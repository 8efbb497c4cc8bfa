namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>The mean of scores of masked images, weighed for each pixel by how much each mask kept of it.</summary>
internal static class MaskedMean
{
    /// <summary>Operations for a pixel of a mask, which lies between four cells.</summary>
    public const int Operations = 8;

    /// <summary>Divides by what masks keep of a pixel on average, as Petsiuk et al., 2018.</summary>
    public static Tensor Of(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        var (sum, _) = Sums(masks, scores, imageShape);
        return new([1, imageShape[1], imageShape[2]], Array.ConvertAll(sum, v => (float)(v / (scores.Length * masks.Keep))));
    }

    /// <summary>
    /// Divides by what these masks kept of the pixel: the same in the limit, and without the unevenness of the masks themselves, which is
    /// most of what is seen where all scores are high.
    /// </summary>
    public static Tensor OfKept(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        var (sum, kept) = Sums(masks, scores, imageShape);
        return new([1, imageShape[1], imageShape[2]], [.. sum.Select((v, i) => kept[i] > 0 ? (float)(v / kept[i]) : 0)]);
    }

    private static (double[] Sum, double[] Kept) Sums(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        var (height, width) = (imageShape[1], imageShape[2]);
        var (sum, kept, mask) = (new double[height * width], new double[height * width], new float[height * width]);
        for (var m = 0; m < scores.Length; m++)
        {
            masks.Fill(m, height, width, mask);
            for (var i = 0; i < sum.Length; i++) (sum[i], kept[i]) = (sum[i] + (double)scores[m] * mask[i], kept[i] + mask[i]);
        }
        return (sum, kept);
    }
}
