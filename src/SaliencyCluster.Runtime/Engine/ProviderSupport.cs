using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Errors;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>What the native library was built with and what the host has: the base of the decision whether a provider can be used.</summary>
/// <param name="Providers">ONNX Runtime's own names, such as <c>CPUExecutionProvider</c>.</param>
/// <param name="Gpus">Number of GPUs that ONNX Runtime sees.</param>
public sealed record ProviderSupport(IReadOnlyList<string> Providers, int Gpus)
{
    private static readonly Dictionary<ExecutionProvider, string> Names = new()
    {
        [ExecutionProvider.Cpu] = "CPUExecutionProvider",
        [ExecutionProvider.Cuda] = "CUDAExecutionProvider",
        [ExecutionProvider.TensorRt] = "TensorrtExecutionProvider",
    };

    /// <summary>Asks ONNX Runtime.</summary>
    public static ProviderSupport OfThisProcess()
    {
        var environment = OnnxRuntimeEngine.Environment;
        return new(environment.GetAvailableProviders(), environment.GetHardwareDevices().Count(d => d.Type == OrtHardwareDeviceType.GPU));
    }

    /// <summary>Refuses a provider that this build or this host does not have: a GPU that was asked for is never silently a CPU.</summary>
    /// <exception cref="SaliencyException">SAL4001 not in this build; SAL4002 no such device on this host.</exception>
    public void Require(ExecutionProvider provider, int deviceId)
    {
        if (!Providers.Contains(Names[provider])) throw RuntimeErrors.ProviderNotBuilt(provider, Providers);
        if (provider != ExecutionProvider.Cpu && deviceId >= Gpus) throw RuntimeErrors.NoSuchGpu(provider, deviceId, Gpus);
    }
}
