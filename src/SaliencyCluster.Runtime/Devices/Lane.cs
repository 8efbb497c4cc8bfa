using System.Collections.Concurrent;
using System.Threading.Channels;
using SaliencyCluster.Runtime.Sessions;

namespace SaliencyCluster.Runtime.Devices;

/// <summary>A thread of its own that does one piece of work after another: native code never runs on a pool thread.
/// Urgent work first: for 2 s, or seven times as long as the last piece of other work took, and then one piece of that.</summary>
internal sealed class Lane
{
    // How long urgent work may keep other work waiting that comes next: so that who floods a device with urgent work slows the rest down
    // and does not stop it. A person's work is seldom longer on a lane.
    private const int UrgentShare = 7;
    private static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Lane(int index, ChannelReader<LaneWork> queue, ConcurrentQueue<LaneWork> urgent, SessionStore sessions, RunContext context, CancellationToken stopping)
    {
        var thread = new Thread(() => Work(index, queue, urgent, sessions, context, stopping)) { IsBackground = true, Name = $"{context.Device} lane {index}" };
        thread.Start();
    }

    /// <summary>Gets a task that ends with the thread.</summary>
    public Task Ended => _ended.Task;

    private void Work(int index, ChannelReader<LaneWork> queue, ConcurrentQueue<LaneWork> urgent, SessionStore sessions, RunContext context, CancellationToken stopping)
    {
        var (overtaking, last) = (TimeSpan.Zero, TimeSpan.Zero);
        while (queue.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            while (!stopping.IsCancellationRequested && queue.TryRead(out var work))
            {
                var most = Undisturbed > UrgentShare * last ? Undisturbed : UrgentShare * last;
                while (!stopping.IsCancellationRequested && overtaking < most && urgent.TryDequeue(out var first))
                    overtaking += Execute(first);
                // Only wakes the lane, and has not waited.
                if (work == LaneWork.Nothing) continue;
                last = Execute(work);
                overtaking = TimeSpan.Zero;
            }
            // Nothing else waits.
            while (!stopping.IsCancellationRequested && !queue.TryPeek(out _) && urgent.TryDequeue(out var left))
                overtaking += Execute(left);
            if (urgent.IsEmpty) overtaking = TimeSpan.Zero;
            if (stopping.IsCancellationRequested) break;
        }
        _ended.SetResult();

        TimeSpan Execute(LaneWork work)
        {
            var started = context.Clock.GetTimestamp();
            work.Execute(sessions, index, stopping);
            var took = context.Clock.GetElapsedTime(started);
            DeviceMetrics.LaneWorked(context.Device, took);
            return took;
        }
    }
}
