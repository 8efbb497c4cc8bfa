using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>What a job holds of its tenant's limits.</summary>
internal static class JobUsages
{
    public static JobUsage Of(JobRecord record)
    {
        var submission = record.Submission!;
        var left = record.HasEnded ? 0 : Math.Min(record.Retried ?? int.MaxValue, submission.Images.Count - record.Settled.Done - record.Settled.Failed);
        return new(
            record.HasEnded, left * record.ResolvedCompared.Append(record.Resolved!).Sum(r => Math.Max(1L, r.PlannedPoints)),
            (submission.Admission?.ImageBytes ?? 0) + Math.Max(record.MapBytes, record.Settled.Bytes));
    }
}
