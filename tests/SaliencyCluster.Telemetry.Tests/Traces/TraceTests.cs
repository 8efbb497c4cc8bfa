using System.Diagnostics;
using System.Text.Json;
using SaliencyCluster.Client;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Traces;

/// <summary>A gateway and two workers as processes, a client in this one, and a collector that gets their spans.</summary>
public sealed class TraceTests
{
    private const int Images = 12;
    private static readonly ActivitySource Caller = new("SaliencyCluster.Telemetry.Tests");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_goes_from_the_clients_call_through_every_process_to_the_map()
    {
        using var data = new TemporaryFolder();
        await using var collector = await Collector.StartAsync();
        using var own = OwnSpans(out var called);
        string[] settings = [$"--Saliency:Cluster:OtlpEndpoint={collector.Endpoint}", "--Saliency:Cluster:LogFormat=json"];
        await using var gateway = ClusterProcess.Start("gateway", "gateway", data.Path, settings);
        await using var one = ClusterProcess.Start("worker", "worker-1", data.Path, settings);
        await using var two = ClusterProcess.Start("worker", "worker-2", data.Path, settings);
        using var client = new SaliencyClient(await gateway.GrpcAsync());
        await Eventually.TrueAsync(async () => (await client.GetClusterAsync(Cancellation)).Devices.Count == 2, () => $"both workers serve: {one.Output} {two.Output}");
        await Digits.AddModelAsync(client);
        string trace;
        using (var root = Caller.StartActivity("call"))
        {
            trace = root!.TraceId.ToHexString();
            var job = await client.Jobs.SubmitAsync(Digits.Model, new() { Method = "smoothgrad", Samples = 2000 }, Digits.Many(Images), cancellation: Cancellation);
            root.Dispose();
            await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        }
        List<SentSpan> Spans(string name) => [.. collector.Spans.Where(s => s.Trace == trace && s.Name == name)];
        await Eventually.TrueAsync(
            () => Task.FromResult(Spans("saliency.job.end").Count == 1 && Spans("saliency.finish").Count == Images && Spans("saliency.lease").Count == Spans("saliency.queue.wait").Count),
            () => $"the collector has the whole trace: {string.Join(", ", collector.Spans.Where(s => s.Trace == trace).CountBy(s => s.Name))}");

        var submit = Assert.Single(Spans("saliency.job.submit"));
        var server = Assert.Single(collector.Spans, s => s.Id == submit.Parent);
        Assert.Contains("SubmitJob", server.Name, StringComparison.Ordinal);
        Assert.Contains(called, span => span.SpanId.ToHexString() == server.Parent && span.TraceId.ToHexString() == trace);
        Assert.All([.. Spans("saliency.image"), .. Spans("saliency.job.end")], s => Assert.Equal((submit.Id, "gateway"), (s.Parent, s.Process)));
        AssertChain(Spans("saliency.image"), Spans("saliency.queue.wait"), "gateway");
        AssertChain(Spans("saliency.queue.wait"), Spans("saliency.lease"), "worker-1", "worker-2");
        AssertChain(Spans("saliency.lease"), Spans("saliency.session.run"), "worker-1", "worker-2");
        AssertChain(Spans("saliency.lease"), Spans("saliency.reduce"), "gateway");
        AssertChain(Spans("saliency.image"), Spans("saliency.finish"), "gateway");
        Assert.Equal(Images, Spans("saliency.image").Count);
        Assert.All(Spans("saliency.finish"), f => Assert.NotEmpty(f.Links));
        Assert.Subset(Spans("saliency.reduce").Select(r => r.Id).ToHashSet(), Spans("saliency.finish").SelectMany(f => f.Links).ToHashSet());
        // 24,000 points, and a few spans for each lease.
        Assert.InRange(collector.Spans.Count(s => s.Trace == trace), Images * 6, 3000);
        Assert.Equal(trace, TraceIdOfEvent(gateway.Output, 3001));
        Assert.DoesNotContain(collector.Spans, s => s.Name.Contains("/metrics", StringComparison.Ordinal) || s.Name.Contains("/health", StringComparison.Ordinal));
    }

    private static void AssertChain(List<SentSpan> parents, List<SentSpan> children, params string[] processes)
    {
        Assert.NotEmpty(children);
        var byId = parents.ToDictionary(p => p.Id);
        Assert.All(children, c =>
        {
            Assert.True(byId.ContainsKey(c.Parent), $"{c.Name} has no parent among {parents.Count} spans.");
            Assert.Contains(c.Process, processes);
            Assert.True(c.End >= c.Start);
        });
    }

    private static ActivityListener OwnSpans(out System.Collections.Concurrent.ConcurrentQueue<Activity> spans)
    {
        var started = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        spans = started;
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is "SaliencyCluster.Telemetry.Tests" or "Grpc.Net.Client" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = started.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string? TraceIdOfEvent(string output, int eventId)
    {
        foreach (var line in output.Split('\n').Where(l => l.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.GetProperty("EventId").GetInt32() != eventId) continue;
            foreach (var scope in json.RootElement.GetProperty("Scopes").EnumerateArray())
            {
                if (scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty("TraceId", out var id)) return id.GetString();
            }
        }
        return null;
    }
}
