using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Faults.Worker;

/// <summary>Writes down the leases that the queue gives, the sums that are sent and the ends that the queue is told.</summary>
internal sealed class RecordingFilter(WorkLog log) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.Name == nameof(IAggregatorWorkGrain.AddAsync) && context.Request.GetArgument(0) is PartialMessage partial)
            log.Sending(context.TargetId.Key.ToString()!, partial.Round, partial.Index << partial.Level);
        await context.Invoke();
        if (context.InterfaceMethod.DeclaringType != typeof(IShardQueueGrain)) return;
        if (context.Result is IReadOnlyList<Lease> leases)
        {
            foreach (var lease in leases) log.Leased(lease);
        }
        if (context.InterfaceMethod.Name == nameof(IShardQueueGrain.ReportAsync) && context.Request.GetArgument(0) is DeviceReport report)
        {
            foreach (var end in report.Ended) log.Ended(end);
        }
    }
}
