using System.Runtime.CompilerServices;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tenants;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Retention;

/// <summary>Every evaluation of every tenant.</summary>
internal sealed class StoredEvaluations(IGrainFactory grains)
{
    private const int PageSize = 200;

    /// <summary>Lists the evaluations as they are now; those submitted meanwhile may be left out.</summary>
    public async IAsyncEnumerable<EvaluationStatus> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var tenant in await grains.GetGrain<ITenantListGrain>(GrainKeys.Single).ListAsync())
        {
            var index = grains.GetGrain<IEvaluationIndexGrain>(tenant);
            string? token = null;
            do
            {
                ct.ThrowIfCancellationRequested();
                var page = await index.ListAsync(PageSize, token);
                foreach (var evaluation in page.Evaluations) yield return evaluation;
                token = page.NextToken;
            }
            while (token is not null);
        }
    }

    /// <summary>Removes the evaluations that ended before a time, with their reports, and returns how many.</summary>
    public async Task<int> RemoveEndedAsync(DateTimeOffset before, CancellationToken ct)
    {
        var removed = 0;
        await foreach (var evaluation in ListAsync(ct))
        {
            if (!evaluation.IsFinal || evaluation.Finished >= before) continue;
            try
            {
                await grains.GetGrain<IEvaluationGrain>(new EvaluationKey(evaluation.Tenant, evaluation.Id).ToString()).DeleteAsync();
                removed++;
            }
            catch (SaliencyException error) when (error.Code == "SAL3002")
            {
                // Somebody was faster.
            }
        }
        return removed;
    }
}
