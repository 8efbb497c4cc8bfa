using Orleans.Concurrency;
using Orleans.Placement;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Devices;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Trials;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Grains.Devices;

/// <summary>
/// What the cluster knows of one model on this silo's device: it loads and warms up its graphs, and says how fast it is and whether it is
/// loaded. The sessions are the device's.
/// </summary>
[PinnedToSilo, PlaceOnRole(Roles.Worker), Immovable, Reentrant]
[GrainType("saliency.model-instance")]
internal sealed class ModelInstanceGrain(Device device, ModelStore models, InstanceMeter meter, ModelGuard guard, TimeProvider time)
    : Grain, IModelInstanceGrain
{
    private const int Kept = 256;
    private readonly Dictionary<string, Task> _loads = [];
    private double _loadSeconds;

    // The key ends with it.
    private string Hash => this.GetPrimaryKeyString().Split('|')[^1];

    public async Task<ModelInstanceStatus> LoadAsync(ExplanationSpec spec, DerivedModel? derived = null)
    {
        // Leases that come together share one load: each of its own would hold up a lane that has other work. What was loaded may have been unloaded: the device knows.
        if (_loads.Count == Kept) foreach (var (key, ended) in _loads.ToArray()) if (ended.IsCompleted) _loads.Remove(key);
        if (!_loads.TryGetValue(spec.Key, out var load) || load.IsCompleted) _loads[spec.Key] = load = LoadOnceAsync(spec, derived);
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
        meter.Record(Hash, points, seconds);
        return Task.CompletedTask;
    }

    private async Task LoadOnceAsync(ExplanationSpec spec, DerivedModel? derived)
    {
        var started = time.GetTimestamp();
        var model = await models.GetAsync(Hash, derived);
        var source = GraphSource.Of(model, spec);
        // Whoever wanted it may have gone meanwhile: how it ended is told here.
        await using var trial = await guard.BeginAsync(source, CancellationToken.None);
        try
        {
            await device.LoadAsync(source with { IsUntried = trial.IsFirst }, CancellationToken.None);
        }
        catch (SaliencyException ended) when (ended.Code == "SAL4022")
        {
            throw await trial.EndedAsync(ended);
        }
        _loadSeconds += time.GetElapsedTime(started).TotalSeconds;
    }

    private ModelInstanceStatus Status()
    {
        var (points, perSecond) = meter.Of(Hash);
        return new(_loads.Values.Count(l => l.IsCompletedSuccessfully), _loadSeconds, perSecond, points, device.LoadedModels.Contains(Hash));
    }
}
