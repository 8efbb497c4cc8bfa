using SaliencyCluster.Client.Images;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Clusters;

/// <summary>The digits of samples/ as images of requests.</summary>
internal static class Digits
{
    public static ImageInput Picture(int digit) => ImageInput.FromFile(PicturePath(digit));

    public static string PicturePath(int digit) => Path.Combine(Repo.Root, "samples", "images", "mnist", $"digit-{digit}.png");

    public static ImageInput Tensor(int digit, string? name = null)
    {
        var tensor = NpyFile.ReadFile(Repo.Golden("inputs", "mnist-cnn", $"digit-{digit}.npy"));
        return ImageInput.FromTensor(name ?? $"digit-{digit}", [.. tensor.Shape.Select(d => (long)d)], tensor.Data);
    }

    public static IAsyncEnumerable<ImageInput> Many(int count) => Enumerable.Range(0, count).Select(i => Tensor(i % 10, $"image-{i}")).ToAsyncEnumerable();
}
