using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Tests.Models;

/// <summary>What is offered for a model is what a request is not refused for.</summary>
public sealed class MethodSupportTests
{
    private static readonly ModelSummary Summary = new("hash", 13, "x", [3, 8, 8], "y", [5], true, false,
        [new("conv", "Conv", [4, 8, 8], true)], "conv", [], 3, 10);

    [Theory]
    [InlineData(new long[] { 5 }, "")]
    [InlineData(new long[] { 1 }, "holds one class against others")]
    [InlineData(new long[] { 5, 8, 8 }, "holds one class against others")]
    public void Finer_cam_is_offered_where_there_are_classes_to_hold_against_each_other(long[] output, string why) =>
        Assert.Contains(why, Missing(Summary with { OutputShape = output }, "finer-cam"), StringComparison.Ordinal);

    [Fact]
    public void What_fits_is_offered_and_what_needs_a_detector_is_not()
    {
        Assert.Equal("", Missing(Summary, "grad-cam"));
        Assert.Equal("", Missing(Summary, "finer-cam"));
        Assert.NotEqual("", Missing(Summary, "d-rise"));
        Assert.Contains("has no Relu", Missing(Summary with { Relus = 0 }, "guided-backprop"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_last_tokens_means_is_told() => Assert.Equal("tokens", Written(Summary with { LastTokens = "tokens" }).LastTokens);

    private static string Missing(ModelSummary summary, string method) => Written(summary).Methods.Single(m => m.Method == method).Missing;

    private static Model Written(ModelSummary summary) => ModelMapping.Write(
        new Grains.Abstractions.Models.ModelInfo(1, DateTimeOffset.UnixEpoch,
            ModelHeaderReader.Read(new ModelHeader { Name = "m" }, summary, 99)), quarantine: null);
}
