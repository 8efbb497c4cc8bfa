using System.Text.Json.Nodes;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Goldens;

/// <summary>A cluster adds nothing of its own to a map.</summary>
public sealed class SameBytesTests(SharedCluster cluster)
{
    [Theory]
    [InlineData("gradient-times-input")]
    [InlineData("integrated-gradients")]
    [InlineData("smoothgrad")]
    [InlineData("vargrad")]
    [InlineData("grad-cam")]
    [InlineData("occlusion")]
    public async Task A_cluster_gives_the_bytes_of_a_local_run(string method)
    {
        using var folder = new TemporaryFolder();
        var inputs = Path.Combine(Repo.Root, "samples", "images", "mnist");
        string[] arguments = ["explain", "--input", inputs, "--method", method, "--json"];
        var local = await CommandLine.RunAsync(null, null, [.. arguments, "--local", "--model", Repo.Model("mnist-cnn"), "--out", folder.File("local")]);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. arguments, "--model", "mnist-cnn", "--out", folder.File("remote")]);
        Assert.Equal((0, 0), (local.Exit, remote.Exit));
        for (var digit = 0; digit < 10; digit++)
        {
            Assert.Equal(Read("local", digit), Read("remote", digit));
            Assert.Equal(Said("local", digit), Said("remote", digit));
        }

        byte[] Read(string side, int digit) => File.ReadAllBytes(Path.Combine(folder.File(side), $"digit-{digit}", method + ".npy"));

        // What a result says, but for the clock, the processes that took part, and the model's name, which is a file for the one and registered for the other.
        string Said(string side, int digit)
        {
            var result = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.File(side), $"digit-{digit}", "result.json")))!.AsObject();
            foreach (var own in (string[])["model", "seconds", "workers"]) Assert.True(result.Remove(own), $"{side} says no {own}");
            return result.ToJsonString();
        }
    }
}
