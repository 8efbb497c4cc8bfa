using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Stores the images and maps that many batches of an evaluation share, once each as long as they are in memory.</summary>
internal sealed class TensorBlobs(IBlobStore blobs)
{
    private readonly ConditionalWeakTable<Tensor, Task<string>> _names = [];

    /// <summary>Gets the blob of a tensor, storing it the first time.</summary>
    public async Task<string> NameOfAsync(Tensor tensor, CancellationToken cancellation)
    {
        var writing = _names.GetValue(tensor, t => blobs.WriteAsync(NpyFile.Write(t), CancellationToken.None));
        try
        {
            return await writing.WaitAsync(cancellation);
        }
        catch when (writing.IsFaulted)
        {
            _names.Remove(tensor);
            throw;
        }
    }
}
