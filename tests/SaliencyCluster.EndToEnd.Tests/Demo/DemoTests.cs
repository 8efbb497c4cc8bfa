using System.Text.Json;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;

namespace SaliencyCluster.EndToEnd.Tests.Demo;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_shows_that_one_model_looks_at_the_snow()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandLine.RunAsync(null, null, "demo", "--out", folder.Path, "--json");
        Assert.True(run.Exit == 0, run.Error);
        var images = JsonDocument.Parse(run.Out).RootElement.GetProperty("images").EnumerateArray().ToDictionary(i => i.GetProperty("name").GetString()!);
        foreach (var name in new[] { "fox-on-snow", "cat-on-snow" })
        {
            var (sound, suspect) = (images[name].GetProperty("answers")[0], images[name].GetProperty("answers")[1]);
            Assert.True(sound.GetProperty("isRight").GetBoolean());
            Assert.Equal("polar bear", suspect.GetProperty("label").GetString());
            Assert.InRange(sound.GetProperty("onAnimal").GetDouble(), 0.8, 1);
            Assert.InRange(suspect.GetProperty("onBackground").GetDouble(), 0.9, 1);
        }
        var page = await File.ReadAllTextAsync(folder.File("index.html"), TestContext.Current.CancellationToken);
        Assert.Contains("It looks at the snow.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        foreach (var file in new[] { "integrated-gradients.npy", "integrated-gradients.png", "result.json" })
            Assert.True(File.Exists(Path.Combine(folder.Path, "bears-confounded", "fox-on-snow", file)), file);
    }
}
