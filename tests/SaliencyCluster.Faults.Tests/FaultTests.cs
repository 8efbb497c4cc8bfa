using SaliencyCluster.Faults.Tests.Clusters;
using SaliencyCluster.Faults.Tests.Injection;
using SaliencyCluster.Faults.Tests.Jobs;

namespace SaliencyCluster.Faults.Tests;

/// <summary>Each fault by itself in the middle of a job.</summary>
[Collection(FaultCluster.OneAtATime)]
public sealed class FaultTests(FaultCluster cluster)
{
    public static TheoryData<FaultKind> Kinds => [.. Enum.GetValues<FaultKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_job_ends_with_the_same_bytes_and_every_point_counted_once(FaultKind kind)
    {
        var fault = new Fault(kind, Gateway: 0, Worker: 1, After: 0.7, Seconds: kind is FaultKind.FreezeWorker ? 12 : Schedule.Length(kind, new Random(1), longFaults: false));
        await new DisturbedJob(cluster).RunAsync($"fault-{kind}", [fault]);
    }
}
