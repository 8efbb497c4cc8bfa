using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

/// <summary>Two pools, each with a worker of its own, behind one gateway.</summary>
public sealed class PoolTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_computed_by_the_workers_of_the_pool_that_it_names_and_by_no_others()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Path;
        await using var gateway = await TestProcess.StartAsync("gateway", data);
        await using var left = await TestProcess.StartAsync("worker", data, pool: "left");
        await using var right = await TestProcess.StartAsync("worker", data, pool: "right");
        using var client = gateway.Client();
        foreach (var name in new[] { "mnist-mlp", "mnist-cnn" }) await SharedCluster.AddAsync(client, name);

        // Other models on other pools, at the same time.
        var jobs = await Task.WhenAll(SubmitAsync(client, "left", "mnist-mlp"), SubmitAsync(client, "right", "mnist-cnn"));
        Assert.Equal(["left", "right"], jobs.Select(j => j.Pool));
        foreach (var (job, worker) in jobs.Zip([left, right]))
        {
            var results = await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
            Assert.Equal(20, results.Count(r => r.Map is not null));
            Assert.All(results, r => Assert.Equal([worker.Name], r.Result.Workers.Select(w => w.Split('/')[0])));
        }

        var waiting = await SubmitAsync(client, "nobody", "mnist-mlp");
        Assert.Equal("nobody", waiting.Pool);
        await foreach (var state in client.Jobs.WatchAsync(waiting.JobId, Cancellation)) if (state.WaitingFor.Contains("'nobody'", StringComparison.Ordinal)) break;

        var refused = await Assert.ThrowsAsync<GatewayException>(() => SubmitAsync(client, "no such name", "mnist-mlp"));
        Assert.Equal("SAL2612", refused.Code);
    }

    private static Task<Job> SubmitAsync(SaliencyClient client, string pool, string model) =>
        client.Jobs.SubmitAsync(new JobHeader { Model = model, Options = new() { Method = "gradient" }, Pool = pool }, Digits.Many(20), Cancellation);
}
