using Orleans.Concurrency;
using Orleans.Placement;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Devices;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Grains.Devices;

/// <summary>What the cluster knows of one model on this silo's device; the sessions are the device's.</summary>
[PinnedToSilo, PlaceOnRole(Roles.Worker), Immovable, Reentrant]
[GrainType("saliency.model-instance")]
internal sealed class ModelInstanceGrain(Device device, ModelStore models, TimeProvider time) : Grain, IModelInstanceGrain
{
    private readonly Dictionary<string, Task> _loads = [];
    private double _loadSeconds;
    private double _seconds;
    private long _points;

    public async Task<ModelInstanceStatus> LoadAsync(ExplanationSpec spec, DerivedModel? derived = null)
    {
        // Leases that come together share one load: each of its own would hold up a lane that has other work.
        if (!_loads.TryGetValue(spec.Key, out var load)) _loads[spec.Key] = load = LoadOnceAsync(spec, derived);
        try
        {
            await load;
        }
        catch
        {
            if (_loads.GetValueOrDefault(spec.Key) == load) _loads.Remove(spec.Key);
            throw;
        }
        return Status();
    }

    public Task<ModelInstanceStatus> GetAsync() => Task.FromResult(Status());

    public Task RecordAsync(long points, double seconds)
    {
        _points += points;
        _seconds += seconds;
        return Task.CompletedTask;
    }

    private async Task LoadOnceAsync(ExplanationSpec spec, DerivedModel? derived)
    {
        var started = time.GetTimestamp();
        var key = this.GetPrimaryKeyString();
        var model = await models.GetAsync(key[(key.LastIndexOf('|') + 1)..], derived);
        await device.LoadAsync(GraphSource.Of(model, spec), CancellationToken.None);
        _loadSeconds += time.GetElapsedTime(started).TotalSeconds;
    }

    private ModelInstanceStatus Status() => new(_loads.Values.Count(l => l.IsCompletedSuccessfully), _loadSeconds, _seconds > 0 ? _points / _seconds : 0, _points);
}
