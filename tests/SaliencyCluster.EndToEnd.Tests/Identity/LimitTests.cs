using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.V1;

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

    [Fact]
    public async Task A_comparison_of_which_one_model_is_refused_leaves_no_job_and_may_be_repeated()
    {
        using var folder = new TemporaryFolder();
        var (file, key) = (folder.File("keys.json"), ApiKey.Create("limited"));
        KeyFileChange.Apply(file, _ => [new()
        {
            Id = "limited", Tenant = "lab", Role = Role.Submit, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch,
            Limits = new() { ConcurrentJobs = 2 },
        }]);
        await using var gateway = await TestProcess.StartAsync("gateway", folder.File("data"), gateway: o => o with { KeysFile = file });
        using var client = gateway.Client(key.Text);
        foreach (var name in new[] { "mnist-mlp", "mnist-cnn" }) await SharedCluster.AddAsync(client, name);
        await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), "before", Cancellation);
        var header = new JobHeader
        {
            JobId = "both", Model = "mnist-mlp", Options = new() { Method = "gradient" }, ComparedModels = { "mnist-cnn" },
        };
        Assert.Equal("SAL3012", (await RefusedAsync(() => client.Jobs.SubmitAsync(header, Digits.Many(1), Cancellation))).Code);
        Assert.Equal(["before"], await client.Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation));

        await client.Jobs.CancelAsync("before", Cancellation);
        var both = await client.Jobs.SubmitAsync(header, Digits.Many(1), Cancellation);
        Assert.NotEqual(JobState.Cancelled, both.State);
        Assert.Equal(["both.2"], both.Companions);
        // What an earlier call made stays, whatever becomes of this one.
        var other = header.Clone();
        other.ComparedModels[0] = "mnist-mlp";
        Assert.Equal("SAL3001", (await Assert.ThrowsAsync<GatewayException>(() =>
            client.Jobs.SubmitAsync(other, Digits.Many(1), Cancellation))).Code);
        Assert.Equal(both.CreatedAt, (await client.Jobs.GetAsync("both", Cancellation)).CreatedAt);
        Assert.Empty(gateway.Errors.Lines);
    }

    [Fact]
    public async Task Calls_and_streams_of_one_tenant_are_bounded_and_others_do_not_notice()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        var (loud, quiet) = (ApiKey.Create("loud"), ApiKey.Create("quiet"));
        KeyFileChange.Apply(file, _ => [.. new[] { (loud, "a"), (quiet, "b") }.Select(k => new KeyEntry { Id = k.Item1.Id, Tenant = k.Item2, Role = Role.Submit, Hash = k.Item1.Hash, Created = DateTimeOffset.UnixEpoch })]);
        await using var gateway = await TestProcess.StartAsync(
            "gateway", folder.File("data"), gateway: o => o with { KeysFile = file, Limits = new() { MaxCallsPerSecond = 4, MaxOpenCalls = 3 } });
        using var client = gateway.Client(loud.Text);
        using var other = gateway.Client(quiet.Text);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var refused = new TaskCompletionSource<GatewayException>(TaskCreationOptions.RunContinuationsAsynchronously);
        var streams = Enumerable.Range(0, 4).Select(_ => WatchAsync()).ToList();
        var open = await refused.Task.WaitAsync(Cancellation);
        Assert.Equal(("SAL2622", StatusCode.ResourceExhausted, TimeSpan.FromSeconds(5)), (open.Code, open.Status, open.RetryAfter));
        Assert.Empty(await other.Models.ListAsync(Cancellation));
        await end.CancelAsync();
        await Task.WhenAll(streams);

        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => await Record.ExceptionAsync(() => client.Models.ListAsync(Cancellation)) as GatewayException));
        Assert.Contains(calls, c => c?.Code == "SAL2621");
        Assert.Empty(await other.Models.ListAsync(Cancellation));
        using var http = new HttpClient { BaseAddress = gateway.Addresses!.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", loud.Text);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => http.GetAsync("/v1/models", Cancellation)));
        var over = answers.First(a => a.StatusCode == System.Net.HttpStatusCode.TooManyRequests);
        Assert.NotNull(over.Headers.RetryAfter);
        Assert.Contains("SAL262", await over.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        async Task WatchAsync()
        {
            try
            {
                await foreach (var _ in client.WatchClusterAsync(cancellation: end.Token)) { }
            }
            catch (GatewayException error)
            {
                refused.TrySetResult(error);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The test ends it.
            }
        }
    }

    private static async Task<GatewayException> RefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<GatewayException>(call);
        Assert.Equal(StatusCode.ResourceExhausted, error.Status);
        return error;
    }
}
