namespace SaliencyCluster.Attribution.Methods.Rise;

/// <summary>The mean of scores of masked images, weighed for each pixel by how much each mask kept of it.</summary>
internal static class MaskedMean
{
    /// <summary>Operations for a pixel of a mask, which lies between four cells.</summary>
    public const int Operations = 8;

    public static Tensor Of(RiseMask masks, float[] scores, IReadOnlyList<int> imageShape)
    {
        var (height, width) = (imageShape[1], imageShape[2]);
        var (sum, mask) = (new double[height * width], new float[height * width]);
        for (var m = 0; m < scores.Length; m++)
        {
            masks.Fill(m, height, width, mask);
            for (var i = 0; i < sum.Length; i++) sum[i] += (double)scores[m] * mask[i];
        }
        return new([1, height, width], Array.ConvertAll(sum, v => (float)(v / (scores.Length * masks.Keep))));
    }
}
