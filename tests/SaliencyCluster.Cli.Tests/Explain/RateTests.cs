using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Explain;

public sealed class RateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-rate").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Points_that_methods_share_count_once_in_the_summary()
    {
        var run = await Run.Of(
            "explain", "--local", "--model", Repo.Model("mnist-cnn"), "--input", Path.Combine(Repo.Root, "samples", "images", "mnist", "digit-3.png"), "--method", "gradient,gradient-times-input",
            "--out", _folder);
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("2 maps, 1 points in ", run.Out, StringComparison.Ordinal);
    }
}
