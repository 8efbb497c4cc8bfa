using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Tests.Clusters;

namespace SaliencyCluster.Grains.Tests.Jobs;

/// <summary>Several methods in one job, and stopping at a tolerance, whatever the number of workers.</summary>
public sealed class ComparisonTests
{
    private static readonly ExplanationRequest[] Requests =
    [
        new() { Method = "integrated-gradients", Tolerance = 0.02 },
        new() { Method = "smoothgrad", Tolerance = 0.1 },
        new() { Method = "smoothgrad", Samples = 16 },
        new() { Method = "vargrad", Samples = 16 },
        new() { Method = "idgi", Steps = 10 },
    ];

    [Fact]
    public async Task A_comparison_and_its_stopping_take_the_same_points_and_give_the_same_bytes_on_1_and_4_workers()
    {
        var one = await RunAsync(workers: 1);
        var four = await RunAsync(workers: 4);
        Assert.Equal(3 * Requests.Length, one.Count);
        Assert.Equal(one, four);
    }

    /// <summary>Method, points and map (a content address) of every result, of the comparison and of jobs of one method.</summary>
    private static async Task<List<(string Method, long Points, string Map)>> RunAsync(int workers)
    {
        await using var cluster = await RoleCluster.StartAsync(gateways: 1, workers: workers);
        await cluster.AddModelAsync("mnist-cnn");
        var images = await cluster.Blobs.AddImagesAsync(3, 1, 28, 28);
        var job = cluster.Job("compared");
        await job.SubmitAsync(new() { Model = "mnist-cnn", Request = Requests[0], Compared = Requests[1..], Images = images }, Test.Token);
        var status = await job.EndAsync();
        Assert.Equal((JobState.Completed, 3), (status.State, status.Done));
        var outcomes = await job.ReadImagesAsync(0, 3);
        var alone = cluster.Job("alone");
        await alone.SubmitAsync(Samples.Job("mnist-cnn", images, Requests[^1]), Test.Token);
        await alone.EndAsync();
        Assert.Equal((await alone.ReadImagesAsync(0, 3)).Select(o => o.Result!.Map), outcomes.Select(o => o.Compared[^1].Map));
        // SmoothGrad's and VarGrad's noisy gradients are computed once.
        Assert.All(outcomes, o => Assert.InRange(o.Points, 1, o.Result!.Points + o.Compared.Sum(r => r.Points) - 16 + 10));
        return [.. outcomes.SelectMany(o => o.Compared.Prepend(o.Result!)).Select(r => (r.Method!, r.Points, r.Map))];
    }
}
