using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Runs;

public sealed class RoundForecastTests
{
    private static readonly FakeNetwork Network = FakeNetwork.Sines(1, 6, 6);

    [Theory]
    [InlineData("gradient")]
    [InlineData("integrated-gradients")]
    [InlineData("smoothgrad")]
    [InlineData("guided-integrated-gradients")]
    [InlineData("idgi")]
    [InlineData("occlusion")]
    public void The_graph_after_the_probe_is_the_one_that_the_run_asks_for(string method)
    {
        var request = Network.Resolve(new ExplanationRequest { Method = method });
        var forecast = RoundForecast.AfterProbe(request, Network.Image(), 0, []);
        var run = new ExplanationRun(request, Network.Image(), 0);
        foreach (var shard in run.Shards) run.Add(Local.Compute(Network, run.Round!, shard, Network.Image()));
        Assert.Equal(run.Round!.Spec(Network.Image().Shape), forecast);
    }

    [Theory]
    [InlineData("2,5,:")]
    [InlineData("0,:,:")]
    public void An_output_whose_size_follows_the_images_does_not_stand_in_the_way(string target)
    {
        var model = Network.Summary with { OutputShape = [3, -1, -1] };
        var request = RequestResolver.Resolve(new ExplanationRequest { Method = "gradient", Target = target }, model, []);
        Assert.NotNull(RoundForecast.AfterProbe(request, Network.Image(), 0, []));
        request = RequestResolver.Resolve(new ExplanationRequest { Method = "gradient", Target = "5" }, Network.Summary with { OutputShape = [-1] }, []);
        Assert.NotNull(RoundForecast.AfterProbe(request, Network.Image(), 0, []));
    }

    [Fact]
    public void A_control_needs_no_graph_after_the_probe() =>
        Assert.Null(RoundForecast.AfterProbe(Network.Resolve(new ExplanationRequest { Method = "sobel" }), Network.Image(), 0, []));

    [Fact]
    public void A_run_that_will_fail_has_no_forecast() =>
        Assert.Null(RoundForecast.AfterProbe(Network.Resolve(new ExplanationRequest { Method = "gradient" }), Tensor.Zeros(1, 2, 2), 0, []));
}
