using CsCheck;
using SaliencyCluster.Evaluation.Metrics.Similarity;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Similarity;

public sealed class SimilarityPropertyTests
{
    private static readonly Gen<Tensor> Map = Gen.Float[-1, 1].Array[2 * 28 * 28].Select(data => new Tensor([2, 28, 28], data));

    [Fact]
    public void A_map_is_as_similar_to_itself_as_can_be() =>
        Map.Sample(map => Assert.All(SimilarityMetrics.All, m => Assert.Equal(1, m.Compare(map, map), 1e-9)), iter: 20);

    [Fact]
    public void Similarity_does_not_depend_on_which_map_is_named_first() =>
        Map.Select(Map).Sample(p => Assert.All(SimilarityMetrics.All, m =>
            Assert.Equal(m.Compare(p.Item1, p.Item2), m.Compare(p.Item2, p.Item1), 1e-9)), iter: 20);

    [Fact]
    public void Similarity_does_not_depend_on_the_scale_of_a_map() =>
        Map.Select(Map).Sample(p => Assert.All(SimilarityMetrics.All, m =>
            Assert.Equal(m.Compare(p.Item1, p.Item2), m.Compare(p.Item1, Times(p.Item2, 4)), 1e-5)), iter: 20);

    [Fact]
    public void Only_signed_ranks_turn_when_a_map_is_negated()
    {
        var map = References.Map("mnist-cnn/digit-3/gradient");
        Assert.Equal(-1, Measure("spearman").Compare(map, Times(map, -1)), 1e-9);
        Assert.Equal(1, Measure("spearman-abs").Compare(map, Times(map, -1)), 1e-9);
    }

    [Fact]
    public void Correlation_with_a_constant_map_is_not_a_number() =>
        Assert.Equal(double.NaN, Measure("spearman").Compare(References.Map("mnist-cnn/digit-3/gradient"), Tensor.Zeros(1, 28, 28)));

    [Fact]
    public void Ssim_of_maps_smaller_than_its_window_is_not_a_number() =>
        Assert.Equal(double.NaN, Measure("ssim").Compare(Tensor.Zeros(1, 10, 28), Tensor.Zeros(1, 10, 28)));

    [Theory, InlineData(28, 4), InlineData(47, 6), InlineData(48, 16), InlineData(224, 16), InlineData(5, 1)]
    public void Histogram_cells_are_sixteen_pixels_unless_the_picture_is_too_small(int side, int cell) =>
        Assert.Equal(cell, HogOptions.For(side, side + 1).CellSize);

    [Fact]
    public void A_map_that_is_no_picture_is_refused_with_its_shape() =>
        Assert.Equal(
            "SAL2701: A map of shape [784] cannot be measured: measures compare pictures, [C,H,W] or [H,W]. Explain a model whose input is an image.",
            Assert.Throws<Onnx.SaliencyException>(() => Measure("ssim").Compare(Tensor.Zeros(784), Tensor.Zeros(784))).Message);

    private static SimilarityMetric Measure(string name) => SimilarityMetrics.All.Single(m => m.Name == name);

    private static Tensor Times(Tensor map, float factor) => new(map.Shape, Array.ConvertAll(map.Data, v => v * factor));
}
