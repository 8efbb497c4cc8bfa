namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The image where a random mask keeps it, the baseline elsewhere.</summary>
internal static class RandomMaskPath
{
    public static void Build(ReadOnlySpan<float> image, Tensor baseline, PointRecipe recipe, int index, Span<float> destination)
    {
        var (height, width) = (baseline.Shape[1], baseline.Shape[2]);
        var mask = new float[height * width];
        RiseMask.Of(recipe.Parameters).Fill(index, height, width, mask);
        for (var i = 0; i < image.Length; i++)
            destination[i] = baseline.Data[i] + mask[i % mask.Length] * (image[i] - baseline.Data[i]);
    }
}
