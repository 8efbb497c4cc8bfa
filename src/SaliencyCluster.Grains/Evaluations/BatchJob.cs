using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Calls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>The job of a batch, from its submission to its removal.</summary>
internal sealed class BatchJob(IGrainFactory grains, JobKey key, TimeProvider time)
{
    private const int PageSize = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private IJobGrain Grain => grains.GetGrain<IJobGrain>(key.ToString());

    /// <summary>Submits it, or finds it, waits for its end and reads what became of its images.</summary>
    /// <exception cref="SaliencyException">It could not be done as a whole. SAL3021: somebody stopped it.</exception>
    public async Task<IReadOnlyList<ImageOutcome>> RunAsync(JobSubmission submission, CancellationToken cancellation)
    {
        // A submission on its way is waited for: whoever removes the job after this was cancelled must find it.
        var status = await Retry.CallAsync(() => Grain.SubmitAsync(submission, CancellationToken.None), time, Patience, cancellation);
        while (!status.IsFinal)
        {
            var known = status.Version;
            status = await Retry.CallAsync(() => Grain.WaitForChangeAsync(known, cancellation), time, Patience, cancellation);
        }
        if (status.State == JobState.Cancelled) throw EvaluationErrors.BatchStopped(key.Id, status.State.ToString());
        var outcomes = await ReadAsync(cancellation);
        // A job that failed as a whole, such as for a model that cannot be read, leaves images without an outcome.
        return outcomes.All(o => o.State != ImageState.Pending) ? outcomes : throw status.Error!.ToException();
    }

    /// <summary>Stops it where it runs, and removes it with its maps; without effect where there is none.</summary>
    public async Task RemoveAsync(IBlobStore blobs, CancellationToken cancellation)
    {
        // A submission whose process died may arrive in between, and is stopped by the next turn.
        while (!await IsRemovedAsync(blobs, cancellation)) cancellation.ThrowIfCancellationRequested();
    }

    private async Task<bool> IsRemovedAsync(IBlobStore blobs, CancellationToken cancellation)
    {
        await UnlessAsync("SAL3002", async () =>
        {
            await Retry.CallAsync(Grain.CancelAsync, time, Patience, cancellation);
            foreach (var outcome in await ReadAsync(cancellation))
                foreach (var result in outcome.Compared.Append(outcome.Result).OfType<StoredExplanation>()) await blobs.DeleteAsync(result.Map, cancellation);
        });
        // Also where it was deleted before and something of it is left.
        return await UnlessAsync("SAL3007", () => UnlessAsync("SAL3002", () => Retry.CallAsync(Grain.DeleteAsync, time, Patience, cancellation)));
    }

    // SAL3002: removed before, or never submitted. SAL3007: under way.
    private static async Task<bool> UnlessAsync(string code, Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (SaliencyException error) when (error.Code == code)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<ImageOutcome>> ReadAsync(CancellationToken cancellation)
    {
        var outcomes = new List<ImageOutcome>();
        while (true)
        {
            var page = await Retry.CallAsync(() => Grain.ReadImagesAsync(outcomes.Count, PageSize), time, Patience, cancellation);
            outcomes.AddRange(page);
            if (page.Count < PageSize) return outcomes;
        }
    }
}
