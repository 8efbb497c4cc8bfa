using System.Runtime.InteropServices;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>The serialized model as ONNX Runtime takes it.</summary>
internal static class ModelBytes
{
    /// <summary>Gets the array itself where the memory is a whole array, as the compiler makes it: a copy of all weights takes as long as loading a small model.</summary>
    public static byte[] ModelArray(this ExplanationGraph graph) =>
        MemoryMarshal.TryGetArray(graph.Model, out var part) && part is { Array: { } whole, Offset: 0 } && part.Count == whole.Length ? whole : graph.Model.ToArray();
}
