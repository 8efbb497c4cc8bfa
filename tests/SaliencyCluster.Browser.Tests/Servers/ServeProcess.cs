using System.Diagnostics;
using System.Text.Json;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

[assembly: AssemblyFixture(typeof(SaliencyCluster.Browser.Tests.Servers.ServeProcess))]

namespace SaliencyCluster.Browser.Tests.Servers;

/// <summary><c>saliency serve --workers 2</c> as users start it, with the bears; one for all tests that do not harm it.</summary>
public sealed class ServeProcess : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("saliency-browser-").FullName;
    private Process _serve = null!;

    /// <summary>Gets the address of the dashboard.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Gets a client of the same cluster.</summary>
    public SaliencyClient Client { get; private set; } = null!;

    /// <summary>Gets the id of a job that is done: three bears, integrated gradients.</summary>
    public string DoneJob { get; } = "three-bears";

    private static readonly string[] Animals = ["polar bear", "bear", "panda", "fox", "cat", "dog", "lion", "frog"];

    /// <summary>Gets the pictures of the repository's bears.</summary>
    public static IReadOnlyList<string> Bears { get; } = [.. Directory.GetFiles(Path.Combine(Repo.Root, "samples", "images", "bears"), "*.png").Where(f => !f.EndsWith(".mask.png", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private readonly SemaphoreSlim _comparing = new(1);
    private Task<string> _errors = Task.FromResult("");

    public async ValueTask InitializeAsync()
    {
        string[] arguments = [typeof(SaliencyCommandLine).Assembly.Location, "serve", "--json", "--data", _data, "--workers", "2", "--lanes", "1",
            "--grpc-port", "0", "--http-port", "0", "--metrics-port", "0"];
        _serve = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // From the start: a process whose errors nobody reads stops at the first 64 KiB, and then never ends.
        _errors = _serve.StandardError.ReadToEndAsync();
        var addresses = await AddressesAsync();
        Http = new(addresses.GetProperty("http").GetString()!);
        Client = new(new Uri(addresses.GetProperty("grpc").GetString()!));
        await using var file = File.OpenRead(Repo.Model("bears-clean"));
        await Client.Models.AddAsync("bears-clean", file, new() { Mean = { 0.5 }, Std = { 0.25 } }, Animals);
        await Client.WatchClusterAsync().FirstAsync(u => u.Status.Devices.Count == 2);
        await Client.Jobs.SubmitAsync("bears-clean", new() { Method = "integrated-gradients", Steps = 16 }, Bears.Take(3).Select(f => ImageInput.FromFile(f)).ToAsyncEnumerable(), DoneJob);
        await Client.Jobs.WatchAsync(DoneJob).LastAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using (var stop = Process.Start("kill", ["-TERM", $"{_serve.Id}"])) await stop.WaitForExitAsync();
        await _serve.WaitForExitAsync();
        var errors = await _errors;
        _serve.Dispose();
        Directory.Delete(_data, recursive: true);
        Assert.True(errors.Length == 0, $"It wrote of errors: {errors}");
    }

    /// <summary>Gets the id of a job that is done: two bears, three methods, and the same for a second model of the same file.</summary>
    public async Task<string> CompareAsync()
    {
        const string Id = "compared-bears";
        await _comparing.WaitAsync();
        try
        {
            await using var file = File.OpenRead(Repo.Model("bears-clean"));
            await Client.Models.AddAsync("bears-again", file, new() { Mean = { 0.4 }, Std = { 0.3 } }, Animals);
            var header = new JobHeader
            {
                JobId = Id, Model = "bears-clean:1", Options = new() { Method = "rise", Samples = 64 },
                Compared = { new ExplanationOptions { Method = "grad-cam" }, new ExplanationOptions { Method = "gradient" } },
                ComparedModels = { "bears-again:1" },
            };
            var job = await Client.Jobs.SubmitAsync(header, Bears.Take(2).Select(f => ImageInput.FromFile(f)).ToAsyncEnumerable());
            foreach (var id in job.Companions.Prepend(Id)) await Client.Jobs.WatchAsync(id).LastAsync();
            return Id;
        }
        finally
        {
            _comparing.Release();
        }
    }

    private async Task<JsonElement> AddressesAsync()
    {
        var text = "";
        while (await _serve.StandardOutput.ReadLineAsync() is { } line)
        {
            text += line;
            if (line == "}") return JsonDocument.Parse(text).RootElement;
        }
        throw new InvalidOperationException($"It ended before it served: {await _errors}");
    }
}
