namespace SaliencyCluster.Tiles.Operators;

/// <summary>An operator with its sizes, ready to run; several threads may run it at the same time.</summary>
public abstract class PackedKernel : IDisposable
{
    /// <summary>Gets the shape of the result.</summary>
    public abstract IReadOnlyList<long> OutputShape { get; }

    /// <summary>Computes the result.</summary>
    /// <exception cref="ArgumentException">A tensor has another number of elements than the operator was made for.</exception>
    public abstract void Run(KernelTensors tensors);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what it holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
