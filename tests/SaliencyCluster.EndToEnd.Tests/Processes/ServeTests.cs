using System.Diagnostics;
using System.Text.Json;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary><c>saliency serve</c> as a process with worker processes beside it.</summary>
public sealed class ServeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 2)]
    public async Task Serve_explains_and_leaves_in_good_order_when_it_is_told_to_stop(int? workers, int devices)
    {
        using var data = new TemporaryFolder();
        using var serve = Start(data.Path, workers);
        var addresses = await ReadAddressesAsync(serve);
        using var client = new SaliencyClient(addresses);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        var job = await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "smoothgrad", Samples = 500 }, Digits.Many(40), cancellation: Cancellation);
        var results = await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.All(results, r => Assert.NotNull(r.Map));
        Assert.Equal(devices, (await client.GetClusterAsync(Cancellation)).Devices.Count);
        await StopAsync(serve);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Serve_told_to_stop_amid_a_job_complains_of_nothing_and_goes_on_with_it_when_it_starts_again(int? workers)
    {
        const int images = 40;
        using var data = new TemporaryFolder();
        using (var serve = Start(data.Path, workers))
        {
            using var client = new SaliencyClient(await ReadAddressesAsync(serve));
            await SharedCluster.AddAsync(client, "mnist-cnn");
            await client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 800 }, Digits.Many(images), "interrupted", Cancellation);
            await foreach (var state in client.Jobs.WatchAsync("interrupted", Cancellation)) if (state.ImagesDone > 0) break;
            await StopAsync(serve);
        }
        using var again = Start(data.Path, workers);
        using var after = new SaliencyClient(await ReadAddressesAsync(again));
        var found = await after.Jobs.GetAsync("interrupted", Cancellation);
        Assert.InRange(found.ImagesDone, 1, images - 1);
        var ended = await after.Jobs.WatchAsync("interrupted", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, images), (ended.State, ended.ImagesDone));
        await StopAsync(again);
    }

    private static async Task StopAsync(Process serve)
    {
        using (var stop = Process.Start("kill", ["-TERM", $"{serve.Id}"])) await stop.WaitForExitAsync(Cancellation);
        var complaints = await serve.StandardError.ReadToEndAsync(Cancellation);
        await serve.WaitForExitAsync(Cancellation);
        Assert.Equal((0, ""), (serve.ExitCode, complaints));
    }

    private static Process Start(string data, int? workers)
    {
        string[] arguments = [typeof(SaliencyCommandLine).Assembly.Location, "serve", "--json", "--data", data, "--grpc-port", "0", "--http-port", "0", "--metrics-port", "0"];
        if (workers is not null) arguments = [.. arguments, "--workers", $"{workers}"];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    // The process prints one JSON object, over several lines, when it serves.
    private static async Task<Uri> ReadAddressesAsync(Process serve)
    {
        var text = "";
        while (await serve.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            text += line;
            if (line == "}") return new Uri(JsonDocument.Parse(text).RootElement.GetProperty("grpc").GetString()!);
        }
        throw new InvalidOperationException($"It ended before it served: {await serve.StandardError.ReadToEndAsync(Cancellation)}");
    }
}
