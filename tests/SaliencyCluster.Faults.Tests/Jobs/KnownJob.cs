using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.Faults.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Faults.Tests.Jobs;

/// <summary>What a job gave: the hash of each .npy file and the points that were summed in it.</summary>
internal sealed record JobAnswer(IReadOnlyList<string> Files, IReadOnlyList<long> Points);

/// <summary>A job of a few seconds whose answer does not depend on anything but its request.</summary>
internal static class KnownJob
{
    public const int Images = 10;
    private const int Samples = 400;

    /// <summary>Submits the job; repeated at another gateway, under the same id, until one has accepted it.</summary>
    public static Task<Job> SubmitAsync(FaultCluster cluster, string id, int images = Images) => cluster.CallAsync(client => client.Jobs.SubmitAsync(
        "digits", new ExplanationOptions { Method = "smoothgrad", Samples = Samples, Target = "3", Seed = 7 }, Inputs(images), id));

    /// <summary>Waits for the end of the job.</summary>
    public static async Task<Job> EndAsync(FaultCluster cluster, string id)
    {
        Job? job = null;
        await Eventually.TrueAsync(async () => JobClient.HasEnded(job = await cluster.CallAsync(c => c.Jobs.GetAsync(id))), () => $"job {id} has ended; it is {job}");
        return job!;
    }

    /// <summary>Reads the answer; fails the test where an image failed.</summary>
    public static async Task<JobAnswer> ReadAsync(FaultCluster cluster, string id)
    {
        var images = await cluster.CallAsync(async c => await c.Jobs.ReadResultsAsync(id, follow: false).ToListAsync());
        var failed = images.Where(i => i.Map is null).Select(i => i.Result.ToString()).ToArray();
        Assert.True(failed.Length == 0, string.Join('\n', failed));
        return new(
            [.. images.Select(i => Convert.ToHexStringLower(SHA256.HashData(NpyFile.Write(new Attribution.Tensor([.. i.Map!.Shape], i.Map.Values)))))],
            [.. images.Select(i => i.Result.Points)]);
    }

    private static IAsyncEnumerable<ImageInput> Inputs(int images) => Enumerable.Range(0, images).Select(Input).ToAsyncEnumerable();

    private static ImageInput Input(int number)
    {
        var values = new float[28 * 28];
        var random = new Random(number);
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        return ImageInput.FromTensor($"image-{number}", [1, 28, 28], values);
    }
}
