using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Trials;
using SaliencyCluster.Grains.Calls;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Knows which models are quarantined, as of some seconds ago, and gives their images up.</summary>
internal sealed class QuarantineReader(IGrainFactory grains, PoolQueue queue, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromMinutes(10);
    private Dictionary<string, ErrorInfo> _models = [];
    private Task _reading = Task.CompletedTask;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>Gets why a model is not run; null where it is.</summary>
    public async ValueTask<ErrorInfo?> OfAsync(string model)
    {
        if (!_models.TryGetValue(model, out var why)) return null;
        // It may have been released since.
        if (await grains.GetGrain<IModelTrialGrain>(model).GetAsync() is not null) return why;
        _models.Remove(model);
        return null;
    }

    /// <summary>Counts against its model that a lease has ended a process. Graphs that were proven are run without an attempt of which
    /// anybody would know, and what they do may follow from the image.</summary>
    public async Task BlameAsync(LeaseEntry killer)
    {
        var (lease, device) = (killer.Lease, killer.Device.Id);
        // A graph of no name: others that go well say nothing of this image. Nor does the reason name it, which tenants read.
        var attempt = new TrialAttempt(lease.Id, $"lease {lease.Id}", device.Label, device.SiloAddress);
        var what = $"{device.Label} was gone with nothing else in hand than shards that {lease.Attempt - 1} workers had been lost with before.";
        try
        {
            var model = grains.GetGrain<IModelTrialGrain>(lease.ModelHash);
            await Retry.CallAsync(() => model.EndAsync(attempt, TrialOutcome.Ended, what), time, Patience);
        }
        catch (Exception error)
        {
            logger.EndNotCounted(lease.ModelHash, device.Label, error);
        }
    }

    /// <summary>Asks, where it is time and the answer of the time before is there; waits for nothing.</summary>
    public void ReadIfDue()
    {
        var now = time.GetUtcNow();
        if (now - _last < Period || !_reading.IsCompleted) return;
        _last = now;
        _reading = ReadAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            var list = await grains.GetGrain<IQuarantineListGrain>(GrainKeys.Single).ListAsync();
            _models = list.ToDictionary(m => m.Model, m => ErrorInfo.Of(TrialErrors.Quarantined(m)));
            foreach (var (model, why) in _models) queue.GiveUp(model, why);
        }
        catch (Exception error)
        {
            // Most often the storage is away. Workers ask for themselves.
            logger.QuarantineNotRead(error);
        }
    }
}
