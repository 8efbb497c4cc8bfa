using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Trials;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Knows which models are quarantined, as of some seconds ago, and gives their images up.</summary>
internal sealed class QuarantineReader(IGrainFactory grains, PoolQueue queue, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
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
