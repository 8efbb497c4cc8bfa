using System.Diagnostics;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.QueueSimulation;

/// <summary>Measures how long the queue grain is busy: the time until a call's first wait, during which it does nothing else.</summary>
internal sealed class TurnTime : IIncomingGrainCallFilter
{
    private long _ticks;
    private long _calls;

    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    public long Calls => Interlocked.Read(ref _calls);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType != typeof(IShardQueueGrain)) return context.Invoke();
        var started = Stopwatch.GetTimestamp();
        var call = context.Invoke();
        Interlocked.Add(ref _ticks, Stopwatch.GetTimestamp() - started);
        Interlocked.Increment(ref _calls);
        return call;
    }
}
