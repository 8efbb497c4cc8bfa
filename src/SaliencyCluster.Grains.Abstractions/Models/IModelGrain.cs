namespace SaliencyCluster.Grains.Abstractions.Models;

/// <summary>One version of a model; the key is a <see cref="Keys.ModelKey"/>. What it holds never changes once stored.</summary>
/// <remarks>Lives on gateway silos. Safe to repeat; durable on return.</remarks>
[Version(1), Alias("saliency.v1.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Gets what is registered.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3004: no such model.</exception>
    [Alias("Get")]
    Task<ModelInfo> GetAsync();

    /// <summary>Stores it. Called by the index, which counts the versions.</summary>
    [Alias("Store")]
    Task StoreAsync(ModelInfo info);

    /// <summary>Forgets it; jobs that already use it go on, since they hold all they need.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}
