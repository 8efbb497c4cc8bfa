using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods.Xrai;

public class XraiTests
{
    [Fact]
    public void The_region_that_the_score_depends_on_ranks_first()
    {
        // The score reads the bright square and nothing else.
        bool Inside(int i) => i / 32 is >= 8 and < 20 && i % 32 is >= 10 and < 24;
        var network = new FakeNetwork([1, 32, 32], 3, (x, _) => x.Where((_, i) => Inside(i)).Sum(v => (double)v), (x, _) => [.. x.Select((_, i) => Inside(i) ? 1f : 0f)]);
        var image = Tensor.Zeros(1, 32, 32);
        for (var i = 0; i < 1024; i++) image.Data[i] = Inside(i) ? 1 : 0.1f * (i % 32) / 32;
        var result = Local.Explain(network, new ExplanationRequest { Method = "xrai", Steps = 4, Target = "0" }, image);
        Assert.Equal([1, 32, 32], result.Estimate.Map.Shape);
        Assert.Equal(8, result.Points);
        var map = result.Estimate.Map.Data;
        var (inside, outside) = (map.Where((_, i) => Inside(i)).Min(), map.Where((_, i) => !Inside(i)).Order().ElementAt(700));
        Assert.True(inside > outside, $"{inside} {outside}");
    }
}
