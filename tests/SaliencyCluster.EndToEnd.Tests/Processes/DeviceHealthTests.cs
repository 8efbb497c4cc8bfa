using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary>What an orchestrator learns of a worker whose GPU fails.</summary>
public sealed class DeviceHealthTests
{
    [Fact]
    public async Task A_worker_is_ready_while_its_device_computes_and_not_live_once_it_has_lost_it()
    {
        var data = Directory.CreateTempSubdirectory("saliency-health-").FullName;
        using var proof = new Proof();
        var clock = new FakeTimeProvider();
        var device = new Device(new() { Lanes = 1 }, clock, NullLogger.Instance, proof: proof);
        await using var process = await TestProcess.StartAsync("gateway+worker", data, services: s => s.AddSingleton(device));
        using var http = new HttpClient { BaseAddress = process.Metrics };
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await AskAsync(http, "ready"));

        proof.Fault = new("SAL4012", "cuda:0 cannot compute.", "Look at dmesg.");
        await UntilAsync(http, clock, "ready", HttpStatusCode.ServiceUnavailable);
        Assert.StartsWith("SAL4012: cuda:0 cannot compute.", (await AskAsync(http, "ready")).Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "live\n"), await AskAsync(http, "live"));

        proof.Fault = null;
        await UntilAsync(http, clock, "ready", HttpStatusCode.OK);

        proof.Fault = new("SAL4014", "cuda:0 is lost.", "Restart the worker.");
        await UntilAsync(http, clock, "ready", HttpStatusCode.ServiceUnavailable);
        var (status, text) = await AskAsync(http, "live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("SAL4014: cuda:0 is lost.", text, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(HttpClient http, FakeTimeProvider clock, string what, HttpStatusCode wanted)
    {
        clock.Advance(DeviceHealth.ProofAge);
        for (var i = 0; i < 10_000; i++)
        {
            if ((await AskAsync(http, what)).Status == wanted) return;
        }
        Assert.Fail($"/health/{what} never became {wanted}.");
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpClient http, string what)
    {
        using var answer = await http.GetAsync(new Uri($"/health/{what}", UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Proof : IProviderProof
    {
        public SaliencyException? Fault { get; set; }

        public void Run()
        {
            if (Fault is not null) throw Fault;
        }

        public void Dispose()
        {
        }
    }
}
