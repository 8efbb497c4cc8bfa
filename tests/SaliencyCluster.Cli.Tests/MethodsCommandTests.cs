namespace SaliencyCluster.Cli.Tests;

public sealed class MethodsCommandTests
{
    [Fact]
    public async Task Methods_are_listed_with_their_options_and_defaults()
    {
        var run = await Run.Of("methods");
        Assert.Equal(0, run.Exit);
        Assert.Contains("--samples 50", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("MethodOption", run.Out, StringComparison.Ordinal);
    }
}
