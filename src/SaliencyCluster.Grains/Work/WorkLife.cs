using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Quotas;

namespace SaliencyCluster.Grains.Work;

/// <summary>What is stored of a piece of work.</summary>
internal enum WorkPresence
{
    None,
    There,

    /// <summary>It is nobody's any more; what belongs to it is being removed.</summary>
    Deleted,
}

/// <summary>A submission that was checked.</summary>
/// <param name="Usage">What it will hold; null for a batch, which its evaluation is counted and looked after for.</param>
/// <param name="Admission">What the one who submits may do.</param>
/// <param name="StoreAsync">Stores it, with the page that it is listed on.</param>
internal sealed record AcceptedWork(JobUsage? Usage, JobAdmission? Admission, Func<int?, Task> StoreAsync);

/// <summary>Acceptance and deletion, which jobs and evaluations have in common. For use on one grain's scheduler.</summary>
/// <param name="entry">Its place in lists and counts.</param>
/// <param name="look">Says what is stored.</param>
/// <param name="purge">Removes everything that belongs to deleted work, and its own state last. May be repeated.</param>
/// <param name="time">Measures how long a caller waits for that.</param>
/// <param name="logger">Told what has to be repeated.</param>
internal sealed class WorkLife(WorkEntry entry, Func<Task<WorkPresence>> look, Func<Task> purge, TimeProvider time, ILogger logger)
{
    // What has not gone by then goes while nobody waits: a call may take 30 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private Task _accepting = Task.CompletedTask;
    private Task<Exception?> _purging = Task.FromResult<Exception?>(null);
    private Task _counting = Task.CompletedTask;
    private int _changes;

    /// <summary>Gets whether what is stored is about to follow from what is counted and listed already.</summary>
    public bool IsChanging => _changes > 0;

    /// <summary>Changes what is counted and then what is stored; whoever looks in between is told to come back.</summary>
    public async Task ChangeAsync(Func<Task> change)
    {
        _changes++;
        try
        {
            // A count that is under way must not come after this one's.
            await _counting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await change();
        }
        finally
        {
            _changes--;
        }
    }

    /// <summary>Accepts a submission unless one is stored. Equal submissions wait for each other: nobody is told of what is not stored.</summary>
    /// <param name="check">Checks it.</param>
    public async Task AcceptAsync(Func<Task<AcceptedWork>> check)
    {
        while (await look() != WorkPresence.There)
        {
            if (_accepting.IsCompleted) await (_accepting = ChangeAsync(() => OneAsync(check)));
            // A failure is that of the other caller; this one tries by itself.
            else await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>Takes note of what it holds now.</summary>
    /// <param name="usage">What that is; null where it is not there any more.</param>
    /// <remarks>
    /// A change that is under way, such as a deletion, counts for itself and leaves it open until it is woken: what comes after it would give
    /// to its tenant what the change has taken back, for ever.
    /// </remarks>
    public Task CountAsync(JobUsage? usage)
    {
        if (usage is null || IsChanging) return Task.CompletedTask;
        var counted = entry.CountAsync(usage);
        _counting = _counting.IsCompleted ? counted : Task.WhenAll(_counting, counted);
        return counted;
    }

    /// <summary>Takes what was listed and never stored out of the list, unless it is being submitted again.</summary>
    public Task UnlistAsync() => _accepting.IsCompleted ? _accepting = ChangeAsync(() => entry.UnlistAsync(null)) : Task.CompletedTask;

    /// <summary>Removes what is deleted; returns when that is done, or goes on behind the caller's back where it takes long.</summary>
    /// <param name="isWoken">Whether somebody wakes this work and has repeated what failed; where nobody does, the failure is the
    /// caller's.</param>
    public async Task PurgedAsync(bool isWoken = true)
    {
        try
        {
            if (await PurgeAsync().WaitAsync(Patience, time) is { } error && !isWoken) ExceptionDispatchInfo.Throw(error);
        }
        catch (TimeoutException) when (isWoken)
        {
            // Deleted for everybody already.
        }
    }

    private async Task OneAsync(Func<Task<AcceptedWork>> check)
    {
        if (await look() == WorkPresence.Deleted) await PurgeAsync();
        var accepted = await check();
        if (accepted.Usage is not { } usage)
        {
            await accepted.StoreAsync(null);
            return;
        }
        var (isListed, page) = (false, (int?)null);
        try
        {
            await entry.AdmitAsync(usage, accepted.Admission);
            isListed = true;
            page = await entry.ListAsync();
            await accepted.StoreAsync(page);
        }
        catch (Exception)
        {
            await WithdrawAsync(isListed, page);
            throw;
        }
    }

    private async Task WithdrawAsync(bool isListed, int? page)
    {
        try
        {
            if (await look() == WorkPresence.There) return;
            if (isListed) await entry.UnlistAsync(page);
            await entry.ForgetAsync();
        }
        catch (Exception error)
        {
            // Whoever wakes open work finds that there is none.
            logger.WorkNotWithdrawn(entry.InLog, error);
        }
    }

    private Task<Exception?> PurgeAsync() => _purging.IsCompleted ? _purging = RunAsync() : _purging;

    private async Task<Exception?> RunAsync()
    {
        try
        {
            if (await look() == WorkPresence.Deleted) await purge();
            return null;
        }
        catch (Exception error)
        {
            // Whoever wakes open work has it repeated.
            logger.WorkNotPurged(entry.InLog, error);
            return error;
        }
    }
}
