namespace SaliencyCluster.Runtime.Health;

/// <summary>Shows that an execution provider computes, by letting it compute.</summary>
public interface IProviderProof : IDisposable
{
    /// <summary>Computes something of which the answer is known. Native code: called on a thread of its own, or while the process starts.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL4002, SAL4010, SAL4011, SAL4012 or SAL4014: what is missing, and what to install.</exception>
    void Run();
}
