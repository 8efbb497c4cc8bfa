using System.Diagnostics;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Faults.Worker;

/// <summary>While a file names an image, its shards end the process that takes them, as a fault in a driver does.</summary>
internal sealed class CrashingFilter(string switchFile) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (context.Result is not IReadOnlyList<Lease> { Count: > 0 } leases || !File.Exists(switchFile)) return;
        var image = await File.ReadAllTextAsync(switchFile);
        if (leases.Any(l => l.Image == image)) Process.GetCurrentProcess().Kill();
    }
}
