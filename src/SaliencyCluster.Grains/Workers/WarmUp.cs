using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Devices;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.Runtime.Served;

namespace SaliencyCluster.Grains.Workers;

/// <summary>Opens, after a restart and while the device has nothing to do, what it served last.</summary>
/// <param name="device">The device.</param>
/// <param name="models">Its models.</param>
/// <param name="mayOpen">Says of a graph whether the cluster knows that it harms no process; waits until it can be asked.</param>
/// <param name="held">What the device has to do.</param>
/// <param name="time">Tells how long it has had nothing to do.</param>
/// <param name="logger">Where it is told what was opened.</param>
internal sealed class WarmUp(
    Device device, ModelStore models, Func<GraphSource, CancellationToken, Task<bool>> mayOpen, HeldLeases held, TimeProvider time,
    ILogger logger)
{
    // Work that waited for this worker comes at once: it goes first, and opens what it needs itself.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(250);

    /// <summary>Opens one after another; ends when all are open or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var graph in device.Served.Read())
            {
                await IdleAsync(cancellation);
                await OpenAsync(graph, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The worker leaves.
        }
    }

    private async Task IdleAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var changed = held.Changed;
            if (held.Count > 0)
            {
                await changed.WaitAsync(cancellation);
                continue;
            }
            await Task.Delay(Idle, time, cancellation);
            if (held.Count == 0) return;
        }
    }

    private async Task OpenAsync(ServedGraph graph, CancellationToken cancellation)
    {
        // Not in the list while it is opened: a process that does not survive that leaves it out.
        device.Served.Forget(graph);
        try
        {
            var source = GraphSource.Of(await models.GetAsync(graph.Model).WaitAsync(cancellation), graph.Spec);
            if (await mayOpen(source, cancellation) && await device.WarmAsync(source, cancellation)) logger.ServedAgain(graph.Model);
            device.Served.Keep(graph);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            device.Served.Keep(graph);
            throw;
        }
        catch (Exception error)
        {
            // Removed meanwhile, refused, or the storage is away: whoever asks for it hears why.
            logger.NotServedAgain(graph.Model, error);
        }
    }
}
