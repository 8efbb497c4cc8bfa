using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Evaluation.Metrics.Complexity;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Complexity;

public sealed class ComplexityTests
{
    public static TheoryData<int> Maps => References.Rows("complexity");

    [Theory, MemberData(nameof(Maps))]
    public void Gini_and_entropy_agree_with_numpy_and_scipy(int row)
    {
        var expected = References.All["complexity"]![row]!;
        var values = Array.ConvertAll(References.Map((string)expected["map"]!).Data, v => (double)v);
        Assert.Equal((double)expected["gini"]!, Sparseness.Gini(values), 1e-9);
        Assert.Equal((double)expected["entropy"]!, HistogramEntropy.Of(values), 1e-9);
    }

    [Fact]
    public void Gini_is_zero_for_an_even_map_and_near_one_for_a_single_pixel()
    {
        Assert.Equal(0, Sparseness.Gini([.. Enumerable.Repeat(-3.0, 50)]), 1e-12);
        Assert.Equal(0.99, Sparseness.Gini([7, .. new double[99]]), 1e-12);
        Assert.Equal(double.NaN, Sparseness.Gini(new double[9]));
    }

    [Fact]
    public void Entropy_is_zero_for_a_constant_and_greatest_for_an_even_histogram()
    {
        Assert.Equal(0, HistogramEntropy.Of([2, 2, 2]));
        Assert.Equal(Math.Log(4), HistogramEntropy.Of([0, 1, 2, 3], bins: 4), 1e-12);
        Assert.Equal(0.5, HistogramEntropy.RelativeRise(2, 3));
    }

    [Fact]
    public void Completeness_gap_is_zero_for_a_map_that_sums_to_the_difference_and_one_for_an_empty_map()
    {
        Assert.Equal(0, Completeness.RelativeGap(new([1, 1, 2], [1.5f, 0.5f]), imageScore: 3, baselineScore: 1), 1e-12);
        Assert.Equal(1, Completeness.RelativeGap(Tensor.Zeros(1, 1, 2), imageScore: 3, baselineScore: 1), 1e-12);
        Assert.Equal(double.NaN, Completeness.RelativeGap(Tensor.Zeros(1, 1, 2), imageScore: 3, baselineScore: 3));
    }

    [Fact]
    public void Views_sum_channels_with_and_without_signs()
    {
        var map = new Tensor([2, 1, 2], [1, -2, -3, -4]);
        Assert.Equal([-2, -6], MapView.Signed(map).Values);
        Assert.Equal([4, 6], MapView.Magnitude(map).Values);
        Assert.Equal([1, 0, 0, 0], MapView.Rectified(map).Data);
    }
}
