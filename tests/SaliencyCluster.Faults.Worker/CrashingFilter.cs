using System.Diagnostics;
using SaliencyCluster.Grains.Abstractions.Aggregation;

namespace SaliencyCluster.Faults.Worker;

/// <summary>While a file names an image, its shards end the process that begins with them, as a fault in a driver does.</summary>
internal sealed class CrashingFilter(string switchFile) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType == typeof(IAggregatorWorkGrain) && File.Exists(switchFile)
            && context.TargetId.Key.ToString() == await File.ReadAllTextAsync(switchFile)) Process.GetCurrentProcess().Kill();
        await context.Invoke();
    }
}
