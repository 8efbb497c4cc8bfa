namespace SaliencyCluster.Runtime;

/// <summary>What evaluates the network.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor; in every build.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; needs a build with <c>-p:OnnxRuntimeFlavor=Gpu</c>.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU through TensorRT, CUDA for what TensorRT cannot do; needs a build with <c>-p:OnnxRuntimeFlavor=Gpu</c>.</summary>
    TensorRt,
}
