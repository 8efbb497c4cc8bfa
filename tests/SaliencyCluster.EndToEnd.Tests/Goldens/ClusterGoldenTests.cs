using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Goldens;

/// <summary>Every reference map through a gateway silo and two worker silos, over gRPC.</summary>
public sealed class ClusterGoldenTests
{
    // In float32 some images lie within rounding of a kink (see GoldenMapTests of the Attribution tests); a local run is off on the
    // same maps by the same amounts. The aim is at most 2% of the 390 maps.
    private const int MapsAtKinks = 390 / 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reference_maps_come_back_within_1e_4_except_at_kinks_and_within_5e_3_for_all()
    {
        using var data = new TemporaryFolder();
        await using var gateway = await TestProcess.StartAsync("gateway", data.Path);
        await using var first = await TestProcess.StartAsync("worker", data.Path);
        await using var second = await TestProcess.StartAsync("worker", data.Path);
        using var client = gateway.Client();
        foreach (var model in GoldenJob.All.Select(j => j.Model).Distinct()) await SharedCluster.AddAsync(client, model);
        var errors = new List<(string Map, double Error)>();
        var workers = new HashSet<string>();
        foreach (var golden in GoldenJob.All)
        {
            var job = await client.Jobs.SubmitAsync(golden.Model, golden.Options, Images(golden), cancellation: Cancellation);
            await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation))
            {
                Assert.Null(image.Result.Failure);
                workers.UnionWith(image.Result.Workers);
                var map = NpyFile.ReadFile(Repo.Golden(golden.Model, image.Result.Name, golden.Name + ".npy"));
                Assert.Equal(map.Shape, image.Map!.Shape);
                errors.Add(($"{golden.Model}/{image.Result.Name}/{golden.Name}", RelativeError(image.Map.Values, map.Data)));
            }
        }
        var large = errors.Where(e => !(e.Error < 1e-4)).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine($"{errors.Count} maps by {workers.Count} devices, worst {errors.Max(e => e.Error):e1}, above 1e-4: {string.Join(", ", large)}");
        Assert.Equal(GoldenJob.All.Sum(j => j.Images.Count), errors.Count);
        Assert.Equal(2, workers.Count);
        Assert.InRange(large.Count, 0, MapsAtKinks);
        Assert.DoesNotContain(errors, e => !(e.Error < 5e-3));
        Assert.Empty(gateway.Errors.Lines.Concat(first.Errors.Lines).Concat(second.Errors.Lines));
    }

    private static IAsyncEnumerable<ImageInput> Images(GoldenJob golden) => golden.Images.Select(name =>
    {
        var tensor = NpyFile.ReadFile(Repo.Golden("inputs", golden.Model, name + ".npy"));
        return ImageInput.FromTensor(name, [.. tensor.Shape.Select(d => (long)d)], tensor.Data);
    }).ToAsyncEnumerable();

    private static double RelativeError(float[] map, float[] golden)
    {
        double difference = 0, norm = 0;
        for (var i = 0; i < map.Length; i++)
        {
            difference += Math.Pow((double)map[i] - golden[i], 2);
            norm += Math.Pow(golden[i], 2);
        }
        return Math.Sqrt(difference) / Math.Max(Math.Sqrt(norm), 1e-12);
    }
}
