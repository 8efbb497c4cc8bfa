using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Protocol.V1;
using JobPriority = SaliencyCluster.Protocol.V1.JobPriority;
using StoredPriority = SaliencyCluster.Grains.Abstractions.Jobs.JobPriority;

namespace SaliencyCluster.Gateway.Jobs;

/// <summary>Changes the priority or weight of a job; what a request leaves out stays as it is.</summary>
internal static class JobReprioritization
{
    /// <exception cref="Onnx.SaliencyException">SAL2905: the caller may not overtake other tenants. SAL3002, SAL3006, SAL3009.</exception>
    public static async Task<JobStatus> ApplyAsync(IJobGrain job, ReprioritizeJobRequest request, Caller caller)
    {
        var now = await job.GetAsync();
        var priority = request.Priority switch
        {
            JobPriority.Batch => StoredPriority.Batch,
            JobPriority.Interactive => StoredPriority.Interactive,
            _ => now.Priority,
        };
        if (priority == StoredPriority.Interactive && now.Priority != priority && caller.Role < Role.Operate) throw AccessErrors.Forbidden(caller, Role.Operate);
        return await job.ReprioritizeAsync(priority, request.HasWeight ? request.Weight : now.Weight);
    }
}
