using System.Runtime.InteropServices;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>The serialized model as ONNX Runtime takes it.</summary>
internal static class ModelBytes
{
    // Below, collecting takes longer than the memory is worth.
    private const int LargeBytes = 64 << 20;

    /// <summary>Gives back to the system what reading and compiling a large graph have left behind.</summary>
    public static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>Gets what ONNX Runtime is about to load. Of a large graph, what reading and compiling have left behind goes back to the system first: each
    /// step leaves a copy of all weights, which the runtime keeps for later, and ONNX Runtime is about to make several of its own.</summary>
    public static byte[] BytesToLoad(this ExplanationGraph graph)
    {
        if (graph.Model.Length >= LargeBytes) GiveBack();
        // The array itself where the memory is a whole array, as the compiler makes it: a copy takes as long as loading a small model.
        return MemoryMarshal.TryGetArray(graph.Model, out var part) && part is { Array: { } whole, Offset: 0 } && part.Count == whole.Length
            ? whole : graph.Model.ToArray();
    }
}
