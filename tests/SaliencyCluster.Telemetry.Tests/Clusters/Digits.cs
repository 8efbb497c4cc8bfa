using SaliencyCluster.Client;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Telemetry.Tests.Clusters;

/// <summary>The digits of samples/ as images of requests, and the network that reads them.</summary>
internal static class Digits
{
    public const string Model = "mnist-mlp";

    public static async Task AddModelAsync(SaliencyClient client)
    {
        await using var file = File.OpenRead(Repo.Model(Model));
        await client.Models.AddAsync(Model, file);
    }

    public static IAsyncEnumerable<ImageInput> Many(int count) => Enumerable.Range(0, count).Select(i => Tensor(i % 10, $"image-{i}")).ToAsyncEnumerable();

    private static ImageInput Tensor(int digit, string name)
    {
        var tensor = NpyFile.ReadFile(Repo.Golden("inputs", "mnist-cnn", $"digit-{digit}.npy"));
        return ImageInput.FromTensor(name, [.. tensor.Shape.Select(d => (long)d)], tensor.Data);
    }
}
