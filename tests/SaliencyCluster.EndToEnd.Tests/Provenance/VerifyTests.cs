using System.Diagnostics;
using System.Text.Json.Nodes;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Provenance;

/// <summary>Results are fetched with their manifest, verified, and computed again.</summary>
public sealed class VerifyTests(SharedCluster cluster) : IDisposable
{
    private readonly TemporaryFolder _out = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _out.Dispose();

    [Fact]
    public async Task Fetched_results_are_what_was_signed_and_come_out_again()
    {
        await FetchAsync(
            "verify-comparison", new() { Method = "smoothgrad", Samples = 6, Seed = 5, StandardErrorMap = true },
            new ExplanationOptions { Method = "integrated-gradients", Steps = 4 });
        var run = await CommandLine.RunAsync(cluster.Grpc, null, "verify", _out.Path, "--replay", "2", "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        var report = JsonNode.Parse(run.Out)!;
        Assert.Equal((10, 4, "verify-comparison"), ((int)report["maps"]!, (int)report["replayed"]!, (string)report["job"]!));
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(_out.File("manifest.json"), Cancellation))!;
        Assert.Equal(["smoothgrad", "integrated-gradients"], manifest["requests"]!.AsArray().Select(r => (string)r!["method"]!));
        Assert.Equal("5", (string)manifest["requests"]![0]!["seed"]!);
        // Nothing is left of the replay.
        var jobs = await cluster.Client.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation);
        Assert.DoesNotContain(jobs, j => j.JobId.StartsWith("replay-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_signature_is_one_that_openssl_verifies()
    {
        await FetchAsync("verify-openssl", new() { Method = "gradient" });
        using var openssl = Process.Start("openssl",
            ["pkeyutl", "-verify", "-pubin", "-inkey", _out.File("manifest.pem"), "-rawin", "-in", _out.File("manifest.json"),
                "-sigfile", _out.File("manifest.sig")]);
        await openssl.WaitForExitAsync(Cancellation);
        Assert.Equal(0, openssl.ExitCode);
    }

    [Fact]
    public async Task A_replay_that_gives_other_maps_is_told()
    {
        await FetchAsync("verify-first", new() { Method = "smoothgrad", Samples = 6, Seed = 5 });
        await CommandLine.RunAsync(cluster.Grpc, null, "jobs", "delete", "verify-first");
        // Another job of the same name stands for a cluster that computes something else.
        await SubmitAsync("verify-first", new() { Method = "smoothgrad", Samples = 6, Seed = 6 });
        var run = await CommandLine.RunAsync(cluster.Grpc, null, "verify", _out.Path, "--replay", "1");
        Assert.Equal(4, run.Exit);
        Assert.Contains("digit-0/smoothgrad.npy: the replay gives", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_under_way_has_no_manifest_and_unknown_images_no_replay()
    {
        var job = await cluster.Client.Jobs.SubmitAsync(
            "mnist-cnn", new() { Method = "smoothgrad", Samples = 1000 }, Digits.Many(5), "verify-under-way", Cancellation);
        await cluster.Client.Jobs.PauseAsync(job.JobId, Cancellation);
        await RefusedAsync("SAL3007", jobs => jobs.ReadManifestAsync(job.JobId, Stream.Null, Cancellation));
        await RefusedAsync("SAL3007", jobs => jobs.ReplayAsync(job.JobId, [0], Cancellation));
        await cluster.Client.Jobs.CancelAsync(job.JobId, Cancellation);
        foreach (var missing in (int[])[5, -1]) await RefusedAsync("SAL2630", jobs => jobs.ReplayAsync(job.JobId, [missing], Cancellation));
        await RefusedAsync("SAL2604", jobs => jobs.ReplayAsync(job.JobId, [], Cancellation));
        // What was cancelled has a manifest too: it says what is there.
        using var lines = new MemoryStream();
        var signed = await cluster.Client.Jobs.ReadManifestAsync(job.JobId, lines, Cancellation);
        Assert.Equal("cancelled", (string)JsonNode.Parse(signed.Manifest.ToStringUtf8())!["state"]!);
        Assert.Equal(5, lines.ToArray().Count(b => b == '\n'));
    }

    private async Task RefusedAsync(string code, Func<JobClient, Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<GatewayException>(() => call(cluster.Client.Jobs))).Code);

    private async Task FetchAsync(string id, ExplanationOptions options, params ExplanationOptions[] compared)
    {
        await SubmitAsync(id, options, compared);
        var run = await CommandLine.RunAsync(cluster.Grpc, null, "jobs", "fetch", id, "--out", _out.Path);
        Assert.Equal((0, ""), (run.Exit, run.Error));
    }

    private async Task SubmitAsync(string id, ExplanationOptions options, params ExplanationOptions[] compared)
    {
        var header = new JobHeader { Model = "mnist-cnn", Options = options, JobId = id, Compared = { compared } };
        await cluster.Client.Jobs.SubmitAsync(header, Enumerable.Range(0, 5).Select(Digits.Picture).ToAsyncEnumerable(), Cancellation);
        await cluster.Client.Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
    }
}
