using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>The limits of a key, as callers meet them.</summary>
public sealed class LimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_exceeds_the_limits_of_a_key_is_refused_with_the_time_to_try_again()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        var modelBytes = new FileInfo(TestKit.Repo.Model("mnist-mlp")).Length;
        var key = ApiKey.Create("limited");
        KeyFileChange.Apply(file, _ => [new()
        {
            Id = "limited", Tenant = "lab", Role = Role.Submit, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch,
            Limits = new() { QueuedPoints = 1000, StoredBytes = modelBytes + 10 * 28 * 28 * 4, ConcurrentJobs = 2 },
        }]);
        // Without a worker: what was accepted stays unfinished.
        await using var gateway = await TestProcess.StartAsync("gateway", folder.File("data"), gateway: o => o with { KeysFile = file });
        using var client = gateway.Client(key.Text);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        // The same file again takes no room.
        await SharedCluster.AddAsync(client, "mnist-mlp");
        var bytes = await RefusedAsync(() => client.Models.AddAsync("another", File.OpenRead(TestKit.Repo.Model("mnist-mlp")), cancellation: Cancellation));
        Assert.Equal(("SAL3011", TimeSpan.FromMinutes(5)), (bytes.Code, bytes.RetryAfter));
        Assert.Equal("SAL3011", (await RefusedAsync(() => client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(11), cancellation: Cancellation))).Code);

        await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "smoothgrad", Samples = 300 }, Digits.Many(3), "one", Cancellation);
        var points = await RefusedAsync(() => client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "smoothgrad", Samples = 101 }, Digits.Many(1), cancellation: Cancellation));
        Assert.Equal(("SAL3010", "The tenant 'lab' has unfinished jobs of 900 points; with 101 more it would exceed its limit of 1000.", TimeSpan.FromSeconds(10)), (points.Code, points.What, points.RetryAfter));
        await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), "two", Cancellation);
        var jobs = await RefusedAsync(() => client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), "three", Cancellation));
        Assert.Equal(("SAL3012", "The tenant 'lab' has as many unfinished jobs as it may have: 2.", TimeSpan.FromSeconds(10)), (jobs.Code, jobs.What, jobs.RetryAfter));
        var live = await RefusedAsync(() => client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(0), Cancellation));
        Assert.Equal("SAL3012", live.Code);
        await client.Jobs.CancelAsync("one", Cancellation);
        await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), "three", Cancellation);
        Assert.Empty(gateway.Errors.Lines);
    }

    private static async Task<GatewayException> RefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<GatewayException>(call);
        Assert.Equal(StatusCode.ResourceExhausted, error.Status);
        return error;
    }
}
