using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary>Made-up images of a model's shape, the same every time, so that runs can be compared.</summary>
internal static class BenchImages
{
    public static IEnumerable<ImageInput> Of(Model model, int count)
    {
        long[] shape = [.. model.ImageShape.Select(d => d < 0 ? 224 : d)];
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            var values = new float[shape.Aggregate(1L, (n, d) => n * d)];
            for (var k = 0; k < values.Length; k++) values[k] = random.NextSingle();
            yield return ImageInput.FromTensor($"image-{i}", shape, values);
        }
    }
}
