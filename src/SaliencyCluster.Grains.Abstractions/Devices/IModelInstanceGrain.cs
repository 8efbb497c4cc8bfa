using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Models;

namespace SaliencyCluster.Grains.Abstractions.Devices;

/// <summary>
/// One model's life on one device. The key is <c>silo|device|model hash</c>, where the silo is its address, which pins the grain
/// to that silo.
/// </summary>
/// <remarks>The native sessions belong to the silo's device, not to the grain: a grain that is activated again finds them loaded, and
/// the device unloads the least recently used ones when memory is short. Calls fail with <c>SiloUnavailableException</c> once the silo has left.</remarks>
[Version(1), Alias("saliency.v1.IModelInstanceGrain")]
public interface IModelInstanceGrain : IGrainWithStringKey
{
    /// <summary>Compiles, loads and warms up one graph of the model unless it is loaded. Safe to repeat.</summary>
    /// <param name="spec">Which graph.</param>
    /// <param name="derived">How the model is made, where it is in no blob store.</param>
    /// <exception cref="Onnx.SaliencyException">SAL1xxx: the file is no model that can be explained. SAL91xx: it cannot be read.</exception>
    [Alias("Load")]
    Task<ModelInstanceStatus> LoadAsync(ExplanationSpec spec, DerivedModel? derived = null);

    /// <summary>Describes it; the queue asks every few seconds, and sizes leases by it.</summary>
    [Alias("Get")]
    Task<ModelInstanceStatus> GetAsync();

    /// <summary>Takes note of finished work. Lost when the silo dies, which loses the sessions too. The device's process takes note by itself
    /// and calls this no more.</summary>
    [Alias("Record")]
    Task RecordAsync(long points, double seconds);
}

/// <summary>A model on a device.</summary>
/// <param name="Graphs">Graphs of the model that were loaded, of the last 256 or so.</param>
/// <param name="LoadSeconds">How long all loads took, compilation and warm-up included.</param>
/// <param name="PointsPerSecond">Points of a lease that are computed in a second, beside the other leases of the device; 0 before the first one.</param>
/// <param name="Points">Points computed.</param>
/// <param name="IsLoaded">Whether any of its graphs is loaded now: the device unloads the least recently used ones when memory is short.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.ModelInstanceStatus")]
public sealed record ModelInstanceStatus(
    [property: Id(0)] int Graphs, [property: Id(1)] double LoadSeconds, [property: Id(2)] double PointsPerSecond, [property: Id(3)] long Points,
    [property: Id(4)] bool IsLoaded = true);
