using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.QueueSimulation;

/// <summary>Does what a worker's agent does, except computing: acquire, wait as long as the lease would take, report its end.</summary>
internal sealed class FakeDevice(int number, IShardQueueGrain queue, FakeImages images, TimeSpan leaseTime)
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);
    private readonly DeviceId _id = new($"silo-{number}", string.Create(CultureInfo.InvariantCulture, $"10.{number / 250}.{number % 250}.1:11111@{number}"), "cuda:0", "cuda");

    public long Leases { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        // As real devices, they do not start in step.
        if (leaseTime > TimeSpan.Zero) await Pause(leaseTime * (number % 97 / 97.0), stop);
        while (!stop.IsCancellationRequested)
        {
            foreach (var lease in await queue.AcquireAsync(new(_id, 64, 1, [FakeImages.Model], LongPoll), stop).ConfigureAwait(false))
            {
                if (leaseTime > TimeSpan.Zero) await Pause(leaseTime, stop);
                await images.AddAsync(lease);
                await queue.ReportAsync(new() { Device = _id, Ended = [new(lease.Id, LeaseEnding.Done, Seconds: 0.1)], Models = [lease.ModelHash] });
                Leases++;
            }
        }
    }

    private static Task Pause(TimeSpan time, CancellationToken stop) => Task.Delay(time, TimeProvider.System, stop);
}
