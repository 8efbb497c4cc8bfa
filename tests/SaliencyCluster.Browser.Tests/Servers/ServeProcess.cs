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
    private Serving _serve = null!;

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

    public async ValueTask InitializeAsync()
    {
        _serve = await Serving.StartAsync(_data, workers: 2);
        Http = _serve.Http;
        Client = new(_serve.Grpc);
        await using var file = File.OpenRead(Repo.Model("bears-clean"));
        await Client.Models.AddAsync("bears-clean", file, new() { Mean = { 0.5 }, Std = { 0.25 } }, Animals);
        await Client.WatchClusterAsync().FirstAsync(u => u.Status.Devices.Count == 2);
        await Client.Jobs.SubmitAsync("bears-clean", new() { Method = "integrated-gradients", Steps = 16 }, Bears.Take(3).Select(f => ImageInput.FromFile(f)).ToAsyncEnumerable(), DoneJob);
        await Client.Jobs.WatchAsync(DoneJob).LastAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        var errors = await _serve.StopAsync();
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
}
