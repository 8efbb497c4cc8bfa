using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Devices;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Asks the model instances of a pool's devices what they know, every few seconds, so that a queue that begins anew knows rates at once.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="queue">Whose devices are asked.</param>
/// <param name="isActive">Says whether a silo, by its address, neither joins nor leaves: asking one that leaves is logged as an error.</param>
/// <param name="time">Measures the period.</param>
/// <param name="logger">Told who does not answer.</param>
internal sealed class InstanceReader(IGrainFactory grains, PoolQueue queue, Func<string, bool> isActive, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private Task _reading = Task.CompletedTask;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>Asks, where it is time and the answers of the time before are there; waits for nothing.</summary>
    public void ReadIfDue()
    {
        var now = time.GetUtcNow();
        if (now - _last < Period || !_reading.IsCompleted) return;
        _last = now;
        _reading = Task.WhenAll(queue.Devices.All.Where(d => d.TakesWork && isActive(d.Id.SiloAddress)).SelectMany(device => device.Models.Select(model => ReadAsync(device, model))).ToArray());
    }

    private async Task ReadAsync(DeviceEntry device, string model)
    {
        try
        {
            var status = await grains.GetGrain<IModelInstanceGrain>(device.Id.InstanceOf(model)).GetAsync();
            device.Instances.Set(model, status);
        }
        catch (Exception error)
        {
            // Most often its silo is leaving. What it knows only lets leases fit sooner.
            logger.InstanceNotReached(device.Id.Label, model, error);
        }
    }
}
