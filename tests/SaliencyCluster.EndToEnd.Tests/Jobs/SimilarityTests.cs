using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

/// <summary>Similarity to a reference, explained by a cluster.</summary>
public sealed class SimilarityTests(SharedCluster cluster) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cluster_gives_the_map_that_this_process_gives()
    {
        var random = new Random(8);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.4f)];
        await File.WriteAllBytesAsync(_folder.File("tower.onnx"), new ModelBuilder().Input("x", -1, 3, 4, 4).Weight("w", [48, 5], Draw(240))
            .Longs("row", -1, 48).Node("Reshape", "x row", "r").Node("MatMul", "r w", "embedding")
            .Output("embedding", -1, 5).ToBytes(), Cancellation);
        foreach (var name in (string[])["query", "reference"])
            await File.WriteAllBytesAsync(_folder.File(name + ".npy"), NpyFile.Write(new([3, 4, 4], Draw(48))), Cancellation);
        var made = await CommandLine.RunAsync(null, null, "models", "similarity", _folder.File("tower.onnx"),
            "--reference", _folder.File("reference.npy"), "--out", _folder.File("alike.onnx"));
        Assert.True(made.Exit == 0, made.Error);
        string[] what = ["explain", "--model", _folder.File("alike.onnx"), "--input", _folder.File("query.npy"),
            "--method", "integrated-gradients", "--baseline", "ones", "--target", "reference"];
        var local = await CommandLine.RunAsync(null, null, [.. what, "--local", "--out", _folder.File("local")]);
        Assert.True(local.Exit == 0, local.Error);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. what, "--out", _folder.File("cluster")]);
        Assert.True(remote.Exit == 0, remote.Error);
        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("local/query/integrated-gradients.npy"), Cancellation),
            await File.ReadAllBytesAsync(_folder.File("cluster/query/integrated-gradients.npy"), Cancellation));
    }
}
