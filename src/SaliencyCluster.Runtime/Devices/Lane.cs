using System.Collections.Concurrent;
using System.Threading.Channels;
using SaliencyCluster.Runtime.Sessions;

namespace SaliencyCluster.Runtime.Devices;

/// <summary>A thread of its own that does one piece of work after another: native code never runs on a pool thread.</summary>
internal sealed class Lane
{
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
        while (queue.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            while (!stopping.IsCancellationRequested && queue.TryRead(out var work))
            {
                while (!stopping.IsCancellationRequested && urgent.TryDequeue(out var first)) Execute(first);
                Execute(work);
            }
            if (stopping.IsCancellationRequested) break;
        }
        _ended.SetResult();

        void Execute(LaneWork work)
        {
            var started = context.Clock.GetTimestamp();
            work.Execute(sessions, index, stopping);
            DeviceMetrics.LaneWorked(context.Device, context.Clock.GetElapsedTime(started));
        }
    }
}
