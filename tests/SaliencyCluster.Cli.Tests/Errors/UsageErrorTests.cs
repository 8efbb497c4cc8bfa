namespace SaliencyCluster.Cli.Tests.Errors;

public sealed class UsageErrorTests
{
    [Fact]
    public async Task A_mistyped_command_is_pointed_at_and_guessed()
    {
        var run = await Run.Of("metods");
        Assert.Equal(1, run.Exit);
        Assert.Equal("""
            error SAL2501: 'metods' is no command or argument of 'saliency'.
              saliency metods
                       ^^^^^^ Did you mean 'methods'? Show the options: saliency --help

            """, run.Error, ignoreLineEndingDifferences: true);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_mistyped_option_is_pointed_at_and_guessed()
    {
        var run = await Run.Of("methods", "--jsno");
        Assert.Equal(1, run.Exit);
        Assert.Equal("""
            error SAL2501: '--jsno' is no option of 'saliency methods'.
              saliency methods --jsno
                               ^^^^^^ Did you mean '--json'? Show the options: saliency methods --help

            """, run.Error, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task No_command_at_all_lists_the_commands()
    {
        var run = await Run.Of();
        Assert.Equal(1, run.Exit);
        Assert.StartsWith("error SAL2502: 'saliency' needs a command: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("methods", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_error_is_an_object_on_the_error_stream()
    {
        var run = await Run.Of("metods", "--json");
        Assert.Equal(1, run.Exit);
        Assert.Empty(run.Out);
        using var json = System.Text.Json.JsonDocument.Parse(run.Error);
        Assert.Equal("SAL2501", json.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        var run = await Run.Of("methods", "--help");
        Assert.Equal(0, run.Exit);
        Assert.Contains("methods [options]", run.Out, StringComparison.Ordinal);
    }
}
