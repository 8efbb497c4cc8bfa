using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Retention;
using SaliencyCluster.Hosting.Blobs;

namespace SaliencyCluster.QueueSimulation;

/// <summary>
/// What jobs that have ended cost a gateway: its start, a submission, a list, and a collection. The jobs are rows and blobs as a gateway leaves them;
/// each has an image, a list and a map of its own.
/// </summary>
internal static class HistoryCost
{
    private const int Submissions = 40, Lists = 10;
    private static readonly ExplanationRequest Request = new() { Method = "gradient", Target = "3" };

    /// <summary>Measures each number of ended jobs on a fresh database.</summary>
    /// <param name="postgres">A connection string without a database; null for SQLite.</param>
    /// <param name="counts">The numbers of ended jobs.</param>
    public static async Task RunAsync(string? postgres, int[] counts)
    {
        Console.WriteLine($"{(postgres is null ? "SQLite" : "PostgreSQL")}, {Environment.ProcessorCount} processors");
        Console.WriteLine("ended jobs | start s | submit ms, median of 40 | list 50: first ms | later ms | collection s, jobs woken: first | next");
        foreach (var count in counts)
        {
            var folder = Directory.CreateTempSubdirectory("saliency-history-");
            var database = postgres is null ? null : await HistoryHost.NewDatabaseAsync(postgres);
            await using (var host = await HistoryHost.StartAsync(folder.FullName, database)) await new History(host, folder.FullName, Request).MakeAsync(count);
            await MeasureAsync(count, folder.FullName, database);
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(int count, string folder, string? database)
    {
        var watch = Stopwatch.StartNew();
        await using var host = await HistoryHost.StartAsync(folder, database);
        await Retry.CallAsync(() => host.Grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single).PingAsync(), TimeProvider.System, TimeSpan.FromMinutes(1));
        var start = watch.Elapsed;
        var image = await host.Blobs.WriteAsync("image"u8.ToArray());
        var list = await new ManifestWriter(host.Blobs).StoreOneAsync(new("image", image, ImageFormat.Tensor));
        var index = host.Grains.GetGrain<IJobIndexGrain>(GrainKeys.DefaultTenant);
        var firstList = await TimeAsync(() => index.ListAsync(50));
        var laterLists = await MedianAsync(Lists, _ => index.ListAsync(50));
        var submit = await MedianAsync(Submissions, i => host.Grains.GetGrain<IJobGrain>($"{GrainKeys.DefaultTenant}/new-{i}").SubmitAsync(new() { Model = History.Model, Request = Request, Images = list }));
        var first = await CollectAsync(host);
        var next = await CollectAsync(host);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} | {start.TotalSeconds:0.0} | {submit:0.0} | {firstList:0} | {laterLists:0.0} | {first} | {next}"));
    }

    private static async Task<string> CollectAsync(HistoryHost host)
    {
        var woken = host.Woken;
        var references = new WorkReferences(host.Grains, host.Blobs, TimeProvider.System, NullLogger<WorkReferences>.Instance);
        var models = new ModelReferences(host.Grains);
        var took = await TimeAsync(() => new BlobCollector(
                new StoredWork(host.Grains, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).RemoveEndedAsync, host.Blobs, [models, references], new(), TimeProvider.System).SweepAsync(CancellationToken.None));
        return string.Create(CultureInfo.InvariantCulture, $"{took / 1000:0.0}, {host.Woken - woken}");
    }

    private static async Task<double> MedianAsync(int times, Func<int, Task> call)
    {
        var took = new List<double>();
        for (var i = 0; i < times; i++) took.Add(await TimeAsync(() => call(i)));
        return took.Order().ElementAt(times / 2);
    }

    private static async Task<double> TimeAsync(Func<Task> call)
    {
        var watch = Stopwatch.StartNew();
        await call();
        return watch.Elapsed.TotalMilliseconds;
    }
}
