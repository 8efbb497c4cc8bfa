using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Runs;

public class ExplanationRunTests
{
    [Fact]
    public void Gradient_is_the_gradient_of_the_predicted_class()
    {
        var network = FakeNetwork.Sines(1, 4, 4);
        var image = network.Image();
        var predicted = Enumerable.Range(0, 3).MaxBy(j => network.Value(image.Data, j));

        var result = Local.Explain(network, new ExplanationRequest { Method = "gradient" }, image);

        Assert.Equal($"{predicted}", result.Target);
        Assert.Equal(new[] { "a", "b", "c" }[predicted], result.Label);
        Assert.Equal((float)network.Value(image.Data, predicted), result.Score);
        Assert.Equal(network.Gradient(image.Data, predicted), result.Estimate.Map.Data);
        Assert.Equal((1, 1), (result.Points, result.ProbePoints));
    }
}
