using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using SaliencyCluster.Grains;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.QueueSimulation;

// How many leases per second one queue grain sustains, with the real grain on a real silo and devices that do not compute.
//   dotnet run -c Release --project tests/SaliencyCluster.QueueSimulation -- [DEVICES] [SECONDS]
// What jobs that have ended cost a gateway, on SQLite or, with a connection string without a database, on PostgreSQL.
//   dotnet run -c Release --project tests/SaliencyCluster.QueueSimulation -- history [JOBS,JOBS] [CONNECTION]
if (args is ["history", ..])
{
    var counts = args.Length > 1 ? args[1].Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)) : [1000, 100_000];
    await HistoryCost.RunAsync(args.ElementAtOrDefault(2), [.. counts]);
    return;
}
var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
const int Goal = 5000, Shards = 64;

var folder = Directory.CreateTempSubdirectory("saliency-queue-");
var turns = new TurnTime();
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddSingleton<IBlobStore>(new FolderBlobStore(folder.FullName, TimeProvider.System));
builder.Services.AddSingleton<IIncomingGrainCallFilter>(turns);
builder.UseOrleans(silo =>
{
    silo.UseLocalhostClustering(FreePort.Of(0, IPAddress.Loopback), gatewayPort: 0);
    silo.AddMemoryGrainStorage(GrainStorage.Provider);
    silo.AddSaliencySilo(Roles.Gateway, "", TimeProvider.System);
});
using var host = builder.Build();
await host.StartAsync();
var grains = host.Services.GetRequiredService<IGrainFactory>();
// The first calls fail until the silo knows its own roles.
await Retry.CallAsync(() => grains.GetGrain<IShardQueueGrain>("pool").CountDevicesAsync(), TimeProvider.System, TimeSpan.FromMinutes(1));

Console.WriteLine($"{devices} devices, {Environment.ProcessorCount} processors, {seconds} s each");
await MeasureAsync("as fast as it goes", TimeSpan.Zero);
await MeasureAsync($"{Goal} leases/s wanted", TimeSpan.FromSeconds(devices / (double)Goal));
await host.StopAsync();
folder.Delete(recursive: true);

async Task MeasureAsync(string name, TimeSpan leaseTime)
{
    var queue = grains.GetGrain<IShardQueueGrain>("pool-" + name.Split(' ')[0]);
    var images = new FakeImages(queue, active: 8 * 256, Shards);
    await images.StartAsync();
    using var stop = new CancellationTokenSource();
    var all = Enumerable.Range(0, devices).Select(i => new FakeDevice(i, queue, images, leaseTime)).ToArray();
    var running = Task.WhenAll([.. all.Select(d => Task.Run(() => d.RunAsync(stop.Token))), Task.Run(() => images.OfferAgainAsync(stop.Token))]);
    // The first seconds are compilation.
    await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
    var (leases, calls, busy, cpu, watch) = (all.Sum(d => d.Leases), turns.Calls, turns.Busy, Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
    await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
    var took = watch.Elapsed.TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {(all.Sum(d => d.Leases) - leases) / took:0} leases/s, {(turns.Calls - calls) / took:0} calls/s; ")
        + string.Create(CultureInfo.InvariantCulture, $"the queue grain was busy {(turns.Busy - busy).TotalSeconds / took:0.00} of a core, ")
        + string.Create(CultureInfo.InvariantCulture, $"the process with all devices {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds / took:0.00}"));
    await stop.CancelAsync();
    await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
