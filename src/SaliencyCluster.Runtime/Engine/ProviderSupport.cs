using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Errors;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>
/// What the native library was built with. Whether the host has what a provider needs is not asked but tried (<see cref="Health.ProviderProof"/>):
/// ONNX Runtime's list of devices is that of the host's sysfs, with graphics of any maker and without GPUs that a sandbox hides.
/// </summary>
/// <param name="Providers">ONNX Runtime's own names, such as <c>CPUExecutionProvider</c>.</param>
public sealed record ProviderSupport(IReadOnlyList<string> Providers)
{
    private static readonly Dictionary<ExecutionProvider, string> Names = new()
    {
        [ExecutionProvider.Cpu] = "CPUExecutionProvider",
        [ExecutionProvider.Cuda] = "CUDAExecutionProvider",
        [ExecutionProvider.TensorRt] = "TensorrtExecutionProvider",
    };

    /// <summary>Asks ONNX Runtime.</summary>
    public static ProviderSupport OfThisProcess() => new(OnnxRuntimeEngine.Environment.GetAvailableProviders());

    /// <summary>Refuses a provider that this build does not have: a GPU that was asked for is never silently a CPU.</summary>
    /// <exception cref="SaliencyException">SAL4001 not in this build.</exception>
    public void Require(ExecutionProvider provider)
    {
        if (!Providers.Contains(Names[provider])) throw RuntimeErrors.ProviderNotBuilt(provider, Providers);
    }
}
