namespace SaliencyCluster.Attribution.Points.Paths;

/// <summary>The image in the segments of a coalition, the baseline elsewhere; all channels alike.</summary>
internal static class CoalitionPath
{
    public static void Build(ReadOnlySpan<float> image, Tensor baseline, PointRecipe recipe, int copy, Span<float> destination)
    {
        var weights = Coalitions.Of(recipe.Parameters).Weights(copy);
        // The last number is a grid's side; 0 means that the segments are given.
        var side = (int)recipe.Parameters[^1];
        var labels = side > 0 ? new SegmentGrid(side, baseline.Shape[1], baseline.Shape[2]).Labels()
            : Array.ConvertAll(recipe.Anchors[0].Data, n => (int)n);
        for (var i = 0; i < image.Length; i++)
        {
            // What is there or not is that to the bit.
            var weight = weights[labels[i % labels.Length]];
            destination[i] = weight == 1 ? image[i] : weight == 0 ? baseline.Data[i] : baseline.Data[i] + (weight * (image[i] - baseline.Data[i]));
        }
    }
}
