using System.Diagnostics;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Protocol.V1;
using ClusterMember = SaliencyCluster.EndToEnd.Tests.Processes.ClusterMember;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>A key of role <c>submit</c> sends all that is hostile to a server in a process of its own, while another tenant explains images.</summary>
public sealed partial class HostileTests
{
    // What the server believes to have; native memory comes on top of it.
    private const long Managed = 1L << 30, Resident = 3L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_hostile_input_is_answered_the_process_lives_and_another_tenant_is_served()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var (hostile, victim) = (ApiKey.Create("hostile"), ApiKey.Create("victim"));
        var keys = folder.File("keys.json");
        KeyFileChange.Apply(keys, _ => [Entry(hostile), Entry(victim)]);
        using var server = await ClusterMember.ServeAsync(folder.File("data"), workers: null, keys, Managed);
        using var client = new SaliencyClient(server.Grpc!, new SaliencyClientOptions { ApiKey = hostile.Text });
        using var other = new SaliencyClient(server.Grpc!, new SaliencyClientOptions { ApiKey = victim.Text });
        foreach (var c in new[] { client, other }) await SharedCluster.AddAsync(c, "mnist-mlp");

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Each answer may take as long as that to a hostile input. That is no measure of speed: it is ten times and more what a loaded
        // machine needs for one, and whoever is starved waits until the last input is answered, or for ever.
        var served = new List<TimeSpan>();
        var jobs = new List<TimeSpan>();
        var explaining = Task.Run(() => RepeatAsync(served, async (i, limit) => Assert.NotNull((await other.ExplainToEndAsync(
            "mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(i % 10), limit)).Map), end.Token, cancellation), cancellation);
        var computing = Task.Run(() => RepeatAsync(jobs, async (i, limit) =>
        {
            var job = await other.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), $"batch-{i}", limit);
            Assert.Equal(JobState.Done, (await other.Jobs.WatchAsync(job.JobId, limit).LastAsync(limit)).State);
        }, end.Token, cancellation), cancellation);

        var answers = new List<(HostileInput Input, string Answer)>();
        foreach (var input in HostileInput.All)
        {
            answers.Add((input, await AnswerAsync(input, new(client, server.Grpc!, server.Http!, hostile.Text, cancellation))));
            if (!server.IsRunning) Assert.Fail($"{input.Group}: {input.Name} ended the server.");
        }
        await end.CancelAsync();
        await Task.WhenAll(explaining, computing);

        foreach (var group in answers.GroupBy(a => a.Input.Group))
        {
            var codes = group.CountBy(a => a.Answer).OrderByDescending(a => a.Value).Select(a => $"{a.Key} {a.Value}");
            TestContext.Current.TestOutputHelper!.WriteLine($"{group.Key}: {group.Count()} inputs: {string.Join(", ", codes)}");
        }
        var peak = server.PeakBytes;
        TestContext.Current.TestOutputHelper!.WriteLine($"Peak {peak >> 20} MiB; another tenant was served {served.Count} times, at worst "
            + $"in {served.Max().TotalSeconds:0.0} s, and had {jobs.Count} jobs done, at worst in {jobs.Max().TotalSeconds:0.0} s.");
        var unanswered = answers.Where(a => a.Answer is "SAL9099" || (a.Answer != "accepted" && !Code().IsMatch(a.Answer))).Select(a =>
            $"{a.Input.Group}: {a.Input.Name}: {a.Answer}").ToList();
        var (exit, complaints) = await server.StopAsync();
        Assert.True(unanswered.Count == 0, $"{string.Join('\n', unanswered)}\n{complaints}");
        Assert.True(answers.Count >= 500, $"{answers.Count} inputs");
        Assert.InRange(peak, 1, Resident);
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task Huge_work_that_a_call_waits_for_does_not_stop_the_batch_work_of_another_tenant()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var (hostile, victim) = (ApiKey.Create("hostile"), ApiKey.Create("victim"));
        var keys = folder.File("keys.json");
        KeyFileChange.Apply(keys, _ => [Entry(hostile), Entry(victim)]);
        await using var server = await TestProcess.StartAsync(
            "gateway+worker", folder.File("data"), gateway: o => o with { KeysFile = keys });
        using var client = server.Client(hostile.Text);
        using var other = server.Client(victim.Text);
        foreach (var c in new[] { client, other }) await SharedCluster.AddAsync(c, "mnist-mlp");

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var channel = GrpcChannel.ForAddress(server.Addresses!.Grpc);
        var inference = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {hostile.Text}" } };
        var model = await inference.ModelMetadataAsync(new() { Name = "mnist-mlp" }, headers, cancellationToken: cancellation);
        // 25 million gradients.
        var call = inference.ModelInferAsync(new()
        {
            ModelName = "mnist-mlp",
            Parameters = { ["method"] = new() { StringParam = "smoothgrad" }, ["samples"] = new() { Int64Param = 100_000 } },
            Inputs = { new ModelInferRequest.Types.InferInputTensor
                { Name = model.Inputs[0].Name, Datatype = "FP32", Shape = { 256, 1, 28, 28 } } },
            RawInputContents = { ByteString.CopyFrom(new byte[256 * 28 * 28 * sizeof(float)]) },
        }, headers, cancellationToken: end.Token);
        await client.WatchClusterAsync(cancellation: cancellation)
            .FirstAsync(update => update.Throughput.Any(t => t.Points.Sum() > 0), cancellation);

        for (var i = 0; i < 3; i++)
        {
            var job = await other.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), cancellation: cancellation);
            Assert.Equal(JobState.Done, (await other.Jobs.WatchAsync(job.JobId, cancellation).LastAsync(cancellation)).State);
        }
        // By order, not by the clock: were it first, it would have ended before them.
        Assert.False(call.ResponseAsync.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Empty(server.Errors.Lines);
    }

    private static async Task RepeatAsync(
        List<TimeSpan> took, Func<int, CancellationToken, Task> ask, CancellationToken end, CancellationToken cancellation)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            var began = Stopwatch.GetTimestamp();
            await ask(i, limit.Token);
            took.Add(Stopwatch.GetElapsedTime(began));
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    [GeneratedRegex("^SAL[0-9]{4}$")]
    private static partial Regex Code();

    private static KeyEntry Entry(ApiKey key) =>
        new() { Id = key.Id, Tenant = key.Id, Role = Role.Submit, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch };

    private static async Task<string> AnswerAsync(HostileInput input, HostileSender to)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(to.Cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await input.Send(to with { Cancellation = limit.Token });
            return "accepted";
        }
        catch (GatewayException refused)
        {
            return Code().IsMatch(refused.Code) ? refused.Code : $"{refused.Status} without a code: {refused.Message}";
        }
        catch (RpcException refused)
        {
            return refused.Status.Detail is ['S', 'A', 'L', .. _] and var said && Code().IsMatch(said[..7])
                ? said[..7] : $"{refused.Status}";
        }
        catch (OperationCanceledException) when (!to.Cancellation.IsCancellationRequested)
        {
            return $"no answer in {Patience.TotalSeconds} s";
        }
    }
}
