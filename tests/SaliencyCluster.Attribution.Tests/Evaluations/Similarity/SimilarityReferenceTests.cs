using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Evaluation.Metrics.Similarity;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Similarity;

public sealed class SimilarityReferenceTests
{
    private const double Tolerance = 1e-9;

    /// <summary>scikit-image 0.19 sums each histogram bin in float32.</summary>
    private const double HogTolerance = 1e-6;

    public static TheoryData<int> Pairs => References.Rows("similarity");

    public static TheoryData<int> HogMaps => References.Rows("hog");

    [Theory, MemberData(nameof(Pairs))]
    public void Measures_agree_with_scikit_image_and_scipy(int row)
    {
        var expected = References.All["similarity"]![row]!;
        Tensor a = References.Map((string)expected["a"]!), b = References.Map((string)expected["b"]!);
        Assert.All(SimilarityMetrics.All, m =>
            Assert.Equal((double)expected[m.Name]!, m.Compare(a, b), m.Name.StartsWith("hog", StringComparison.Ordinal)
                ? HogTolerance : Tolerance));
    }

    [Theory, MemberData(nameof(HogMaps))]
    public void Gradient_histograms_agree_with_scikit_image(int row)
    {
        var expected = References.All["hog"]![row]!;
        var features = HogFeatures.Of(MapView.Scaled(References.Map((string)expected["map"]!)), new HogOptions { CellSize = (int)expected["cell"]! });
        Assert.Equal((int)expected["length"]!, features.Length);
        Assert.Equal((double)expected["sum"]!, features.Sum(), HogTolerance * features.Length);
        References.AssertClose(expected["some"]!.Numbers(), features.Every(37), HogTolerance);
    }

    [Fact]
    public void Ranks_and_correlations_agree_with_scipy()
    {
        var expected = References.All["ranks"]!;
        double[] x = expected["x"]!.Numbers(), y = expected["y"]!.Numbers();
        Assert.Equal(expected["ranks"]!.Numbers(), Ranks.Of(x));
        Assert.Equal((double)expected["pearson"]!, Correlation.Pearson(x, y), Tolerance);
        Assert.Equal((double)expected["spearman"]!, Correlation.Spearman(x, y), Tolerance);
    }

    [Fact]
    public void Gaussian_filter_agrees_with_scipy_at_reflecting_and_at_zero_borders()
    {
        var expected = References.All["gaussian"]!;
        var image = MapView.Channels(References.Map((string)expected["image"]!))[0];
        References.AssertClose(expected["reflect"]!.Numbers(), GaussianFilter.Apply(image, 1.5, 3.5).Values.Every(29), Tolerance);
        References.AssertClose(expected["zero"]!.Numbers(), GaussianFilter.Apply(image, 2, border: Border.Zero).Values.Every(29), Tolerance);
    }

    [Fact]
    public void Enlarging_agrees_with_scipy_interpolation() =>
        Assert.All(References.All["bilinear"]!.AsArray(), expected =>
        {
            var size = (int)expected!["size"]!;
            var big = Resizing.To(References.Map((string)expected["map"]!), size, size);
            References.AssertClose(expected["some"]!.Numbers(), big.Data.Every(41).Select(v => (double)v), 1e-5);
        });
}
