using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff;

/// <summary>What evaluating a model at one image may take at the most.</summary>
/// <param name="MaxPeakBytes">Bytes.</param>
/// <param name="MaxOperations">Operations.</param>
/// <param name="Section">Where both are set, for messages.</param>
public sealed record ModelLimits(long MaxPeakBytes, long MaxOperations, string Section)
{
    /// <summary>About how many multiply-adds a processor core does in a second.</summary>
    public const long OperationsPerSecond = 20_000_000_000;

    /// <summary>Three quarters of the memory that the process may use: the limit of its container, or that of the host.</summary>
    public static long DefaultPeakBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>What a core does within five minutes, the time after which a run is given up.</summary>
    public const long DefaultOperations = 300 * OperationsPerSecond;

    /// <summary>Refuses a model that takes more.</summary>
    /// <param name="source">The model's name.</param>
    /// <param name="cost">What it takes.</param>
    /// <exception cref="SaliencyException">SAL1020 memory, SAL1021 operations.</exception>
    public void Check(string source, ModelCost cost)
    {
        if (cost.PeakBytes > MaxPeakBytes) throw Errors.TooMuchMemory(source, cost.PeakBytes, MaxPeakBytes, $"{Section}:MaxModelPeakBytes");
        if (cost.Operations > MaxOperations)
            throw Errors.TooManyOperations(source, cost.Operations, MaxOperations, $"{Section}:MaxModelOperations");
    }
}
