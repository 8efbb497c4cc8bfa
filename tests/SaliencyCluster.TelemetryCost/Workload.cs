using SaliencyCluster.Client.Images;

namespace SaliencyCluster.TelemetryCost;

/// <summary>A model and how much of it one job computes.</summary>
/// <param name="Model">A sample model.</param>
/// <param name="Shape">Shape of its image.</param>
/// <param name="Samples">SmoothGrad samples for each image, so many that a job takes some seconds.</param>
internal sealed record Workload(string Model, long[] Shape, int Samples)
{
    /// <summary>A small ResNet, and the smallest of the samples: at a hundred thousand points a second nothing hides the cost.</summary>
    public static readonly IReadOnlyList<Workload> All = [new("bears-clean", [3, 64, 64], 150), new("mnist-mlp", [1, 28, 28], 32_000)];

    public IEnumerable<ImageInput> Images(int count)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            var values = new float[Shape.Aggregate(1L, (a, b) => a * b)];
            for (var j = 0; j < values.Length; j++) values[j] = random.NextSingle();
            yield return ImageInput.FromTensor($"noise-{i}", Shape, values);
        }
    }
}
