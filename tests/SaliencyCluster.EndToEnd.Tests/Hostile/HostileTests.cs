using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Core;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
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
        var (worst, served) = (TimeSpan.Zero, 0);
        var explaining = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                Assert.NotNull((await other.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(served++ % 10),
                    cancellation)).Map);
                if (Stopwatch.GetElapsedTime(began) is var took && took > worst) worst = took;
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
            }
        }, cancellation);

        var answers = new List<(HostileInput Input, string Answer)>();
        foreach (var input in HostileInput.All)
        {
            answers.Add((input, await AnswerAsync(input, new(client, server.Grpc!, server.Http!, hostile.Text, cancellation))));
            if (!server.IsRunning) Assert.Fail($"{input.Group}: {input.Name} ended the server.");
        }
        await end.CancelAsync();
        await explaining;

        foreach (var group in answers.GroupBy(a => a.Input.Group))
        {
            var codes = group.CountBy(a => a.Answer).OrderByDescending(a => a.Value).Select(a => $"{a.Key} {a.Value}");
            TestContext.Current.TestOutputHelper!.WriteLine($"{group.Key}: {group.Count()} inputs: {string.Join(", ", codes)}");
        }
        var peak = server.PeakBytes;
        TestContext.Current.TestOutputHelper!.WriteLine($"Peak {peak >> 20} MiB; another tenant was served {served} times, at worst in {worst.TotalSeconds:0.0} s.");
        var unanswered = answers.Where(a => a.Answer is "SAL9099" || (a.Answer != "accepted" && !Code().IsMatch(a.Answer))).Select(a =>
            $"{a.Input.Group}: {a.Input.Name}: {a.Answer}").ToList();
        var (exit, complaints) = await server.StopAsync();
        Assert.True(unanswered.Count == 0, $"{string.Join('\n', unanswered)}\n{complaints}");
        Assert.True(answers.Count >= 500, $"{answers.Count} inputs");
        Assert.InRange(peak, 1, Resident);
        Assert.Equal(0, exit);
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
