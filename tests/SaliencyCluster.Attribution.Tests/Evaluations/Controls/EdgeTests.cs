using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Controls;

public sealed class EdgeTests
{
    public static TheoryData<int> Images => References.Rows("edges");

    [Theory, MemberData(nameof(Images))]
    public void Sobel_agrees_with_scikit_image(int row)
    {
        var expected = References.All["edges"]![row]!;
        var edges = SobelEdges.OfImage(References.Map((string)expected["image"]!));
        Assert.Equal((double)expected["sobel"]!["sum"]!, edges.Values.Sum(), 1e-6);
        References.AssertClose(expected["sobel"]!["some"]!.Numbers(), edges.Values.Every(53), 1e-9);
    }

    [Theory, MemberData(nameof(Images))]
    public void Canny_finds_the_edges_that_scikit_image_finds(int row)
    {
        var expected = References.All["edges"]![row]!;
        var edges = CannyEdges.OfImage(References.Map((string)expected["image"]!));
        Assert.Equal(expected["canny"]!.Numbers(), edges.Values.Select((v, i) => (v, i)).Where(p => p.v == 1).Select(p => (double)p.i));
    }

    [Fact]
    public void An_even_picture_has_no_edges()
    {
        var even = new Tensor([3, 16, 16], [.. Enumerable.Repeat(0.5f, 3 * 16 * 16)]);
        Assert.All(SobelEdges.OfImage(even).Values, v => Assert.Equal(0, v));
        Assert.All(CannyEdges.OfImage(even).Values, v => Assert.Equal(0, v));
    }
}
