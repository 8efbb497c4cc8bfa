using System.Globalization;
using SaliencyCluster.Faults.Tests.Clusters;
using SaliencyCluster.Faults.Tests.Injection;
using SaliencyCluster.Faults.Tests.Jobs;
using SaliencyCluster.Tests.Limits;

namespace SaliencyCluster.Faults.Tests;

/// <summary>Random schedules. <c>tests/faults/soak N</c> runs more of them, with longer faults.</summary>
[Collection(FaultCluster.OneAtATime)]
public sealed class ScheduleTests(FaultCluster cluster)
{
    private const int InContinuousIntegration = 30;

    // Half a minute for each schedule on a machine that does ten things at once would be more than other tests may take.
    [Fact, TestLimit(1200)]
    public async Task Whatever_happens_the_job_ends_with_the_same_bytes_and_every_point_counted_once()
    {
        var schedules = Number("FAULTS_SCHEDULES", InContinuousIntegration);
        var first = Number("FAULTS_SEED", Environment.ProcessId * 1000);
        var longFaults = Environment.GetEnvironmentVariable("FAULTS_LONG") == "1";
        var jobs = new DisturbedJob(cluster);
        for (var i = 0; i < schedules; i++)
        {
            var seed = first + i;
            await jobs.RunAsync(string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"), Schedule.Of(seed, longFaults));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{schedules} schedules: every job ended with the same bytes; {jobs.ComputedShards} shards computed for {jobs.NeededShards} needed: {jobs.ComputedShards / (double)jobs.NeededShards:0.000}"));
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
