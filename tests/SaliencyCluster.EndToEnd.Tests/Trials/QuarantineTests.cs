using System.Text.RegularExpressions;
using Grpc.Core;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit.Hostile;
using SaliencyCluster.TestKit.Running;
using ClusterMember = SaliencyCluster.EndToEnd.Tests.Processes.ClusterMember;

namespace SaliencyCluster.EndToEnd.Tests.Trials;

/// <summary>A model that ends the processes that run it, in real processes, while another tenant explains images.</summary>
public sealed partial class QuarantineTests : IDisposable
{
    private const int MayEnd = 3;
    private readonly TemporaryFolder _folder = new();
    private readonly ApiKey _a = ApiKey.Create("a1"), _b = ApiKey.Create("b1"), _root = ApiKey.Create("root");

    public QuarantineTests() => KeyFileChange.Apply(
        Keys, _ => [Entry(_a, "a", Role.Submit), Entry(_b, "b", Role.Operate), Entry(_root, "ops", Role.Admin)]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Keys => _folder.File("keys.json");

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_ends_trials_and_never_the_server_and_is_quarantined_through_restarts_until_it_is_released()
    {
        using (var serve = await ClusterMember.ServeAsync(Data, workers: null, Keys))
        {
            using var a = Client(serve, _a);
            await a.Models.AddAsync("poison", new MemoryStream(PoisonModels.Crashing()), cancellation: Cancellation);
            using var b = Client(serve, _b);
            await SharedCluster.AddAsync(b, "mnist-mlp");
            await a.Jobs.SubmitAsync("poison", new() { Method = "occlusion" }, Digits.Many(20), "poisoned", Cancellation);
            await AssertServedAsync(b);
            var job = await a.Jobs.WatchAsync("poisoned", Cancellation).LastAsync(Cancellation);
            Assert.Equal((JobState.Failed, 20, "SAL4021"), (job.State, job.ImagesFailed, job.Failure.Code));
            await AssertServedAsync(b);
            Assert.True(serve.IsRunning);
            Assert.Equal(MayEnd, serve.Complaints.Count(TrialEnded().IsMatch));
            await serve.StopAsync();
        }
        using var again = await ClusterMember.ServeAsync(Data, workers: null, Keys);
        using var after = Client(again, _a);
        var refused = await Assert.ThrowsAsync<GatewayException>(() =>
            after.ExplainToEndAsync("poison", new() { Method = "gradient" }, Digits.Tensor(3), Cancellation));
        Assert.Equal((StatusCode.FailedPrecondition, "SAL4021"), (refused.Status, refused.Code));
        var shown = (await after.Models.GetAsync("poison", Cancellation)).Quarantine;
        Assert.Equal(MayEnd, shown.Ended);
        Assert.Equal(shown, Assert.Single(await after.Models.ListAsync(Cancellation)).Quarantine);
        Assert.Contains($"saliency models release {shown.Sha256[..12]}", refused.Next, StringComparison.Ordinal);

        foreach (var key in new[] { _a, _b })
        {
            using var other = Client(again, key);
            Assert.Equal("SAL2905", (
                await Assert.ThrowsAsync<GatewayException>(() => other.Models.ReleaseAsync(shown.Sha256, Cancellation))).Code);
        }
        using var root = Client(again, _root);
        Assert.Equal(shown, Assert.Single(await root.Models.ListQuarantinedAsync(Cancellation)));
        Assert.Equal(shown, await root.Models.ReleaseAsync(shown.Sha256[..12], Cancellation));
        Assert.Equal("SAL3004", (
            await Assert.ThrowsAsync<GatewayException>(() => root.Models.ReleaseAsync(shown.Sha256[..12], Cancellation))).Code);
        Assert.Null((await after.Models.GetAsync("poison", Cancellation)).Quarantine);
        Assert.Contains(again.Complaints, l => l.Contains("ops/root", StringComparison.Ordinal)
            && l.Contains(shown.Sha256[..12], StringComparison.Ordinal));

        // The same again.
        var failed = await Assert.ThrowsAsync<GatewayException>(
            () => after.ExplainToEndAsync("poison", new() { Method = "occlusion" }, Digits.Tensor(3), Cancellation));
        Assert.Equal("SAL4021", failed.Code);
        Assert.Equal(MayEnd, again.Complaints.Count(TrialEnded().IsMatch));
    }

    [Fact]
    public async Task Without_trials_it_ends_as_many_workers_as_it_may_whoever_restarts_the_cluster_meanwhile()
    {
        var ended = 0;
        using (var serve = await ServeWithoutTrialsAsync())
        {
            using var a = Client(serve, _a);
            await a.Models.AddAsync("poison", new MemoryStream(PoisonModels.Crashing()), cancellation: Cancellation);
            await a.Jobs.SubmitAsync("poison", new() { Method = "occlusion" }, Digits.Many(20), "poisoned", Cancellation);
            await Eventually.TrueAsync(() => Task.FromResult(serve.Complaints.Any(WorkerEnded().IsMatch)), "a worker has ended");
            // As a host that fails: nobody says goodbye.
            serve.Kill();
            ended += serve.Complaints.Count(WorkerEnded().IsMatch);
        }
        using var again = await ServeWithoutTrialsAsync();
        using var after = Client(again, _a);
        var job = await after.Jobs.WatchAsync("poisoned", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Failed, 20), (job.State, job.ImagesFailed));
        Assert.Equal("SAL4021", (await Assert.ThrowsAsync<GatewayException>(
            () => after.ExplainToEndAsync("poison", new() { Method = "gradient" }, Digits.Tensor(3), Cancellation))).Code);
        using var b = Client(again, _b);
        await SharedCluster.AddAsync(b, "mnist-mlp");
        await AssertServedAsync(b);
        Assert.True(again.IsRunning);
        Assert.InRange(ended + again.Complaints.Count(WorkerEnded().IsMatch), 2, MayEnd);
    }

    [Fact]
    public async Task A_model_that_ends_workers_for_some_images_only_is_quarantined_and_fails_no_job_but_its_own()
    {
        using var serve = await ClusterMember.ServeAsync(Data, workers: 1, Keys);
        using var a = Client(serve, _a);
        await a.Models.AddAsync("poison", new MemoryStream(PoisonModels.CrashingAt(2)), cancellation: Cancellation);
        var gradient = new ExplanationOptions { Method = "gradient" };
        Assert.NotNull((await a.ExplainToEndAsync("poison", gradient, Digits.Tensor(3), Cancellation)).Map);
        var images = Enumerable.Range(0, 40).Select(i => ImageInput.FromTensor(
            $"{i}", [1, 28, 28], Enumerable.Repeat(i % 2 == 0 ? 0f : 2f, 784).ToArray())).ToAsyncEnumerable();
        using var b = Client(serve, _b);
        await SharedCluster.AddAsync(b, "mnist-mlp");
        await a.Jobs.SubmitAsync("poison", gradient, images, "poisoned", Cancellation);
        var end = a.Jobs.WatchAsync("poisoned", Cancellation).LastAsync(Cancellation).AsTask();
        // One image after another of another tenant, each in whatever the worker goes through just then.
        var (served, longest) = (0, TimeSpan.Zero);
        for (; !end.IsCompleted; served++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await AssertServedAsync(b);
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, TimeProvider.System.GetElapsedTime(started).Ticks));
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{served} images of another tenant, the slowest in {longest.TotalSeconds:0.0} s");
        var job = await end;
        Assert.True(job.State is JobState.Done or JobState.Failed && job.ImagesFailed >= 20, $"{job.State}, {job.ImagesFailed} failed");
        Assert.Equal(MayEnd, (await a.Models.GetAsync("poison", Cancellation)).Quarantine?.Ended);
        await AssertServedAsync(b);
        // Three for the first image that is known to have ended one, and two for each further one, whose model is a suspect by then.
        Assert.InRange(serve.Complaints.Count(WorkerEnded().IsMatch), MayEnd, MayEnd + (2 * (MayEnd - 1)));
    }

    [Fact]
    public async Task A_run_that_hears_nothing_ends_its_worker_and_not_the_cluster()
    {
        using var serve = await ClusterMember.ServeAsync(Data, workers: 1, Keys, memory: null, options: null,
            ("Saliency__Device__RunTimeout", "00:00:01"), ("Saliency__Device__TrialTimeout", "00:05:00"),
                ("Saliency__Trials__MaxEnded", "1"));
        using var a = Client(serve, _a);
        await a.Models.AddAsync("slow", new MemoryStream(PoisonModels.Slow()), cancellation: Cancellation);
        await a.Jobs.SubmitAsync("slow", new() { Method = "occlusion", MicroBatch = 1 }, Digits.Many(1), "slow", Cancellation);
        var job = await a.Jobs.WatchAsync("slow", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Failed, "SAL4021"), (job.State, job.Failure.Code));
        // The worker hands back what it holds before it ends and says why.
        await Eventually.TrueAsync(
            () => Task.FromResult(serve.Complaints.Any(l => l.StartsWith("error SAL4023", StringComparison.Ordinal))), "the worker says why it ends");
        Assert.Contains("did not end within 00:00:01", (await a.Models.GetAsync("slow", Cancellation)).Quarantine.Last,
            StringComparison.Ordinal);
        using var b = Client(serve, _b);
        await SharedCluster.AddAsync(b, "mnist-mlp");
        await AssertServedAsync(b);
    }

    private Task<ClusterMember> ServeWithoutTrialsAsync() =>
        ClusterMember.ServeAsync(Data, workers: 1, Keys, memory: null, options: null, ("Saliency__Device__Trials", "false"));

    private static async Task AssertServedAsync(SaliencyClient client) =>
        Assert.NotNull((await client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(3), Cancellation)).Map);

    private static SaliencyClient Client(ClusterMember serve, ApiKey key) =>
        new(serve.Grpc!, new SaliencyClientOptions { ApiKey = key.Text });

    private static KeyEntry Entry(ApiKey key, string tenant, Role role) =>
        new() { Id = key.Id, Tenant = tenant, Role = role, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch };

    [GeneratedRegex(@"A process of its own that tried \w+ for cpu ended after")]
    private static partial Regex TrialEnded();

    [GeneratedRegex(@"worker 1 ended with exit code")]
    private static partial Regex WorkerEnded();
}
