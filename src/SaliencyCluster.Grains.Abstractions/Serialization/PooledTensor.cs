using System.Buffers;

namespace SaliencyCluster.Grains.Abstractions.Serialization;

/// <summary>
/// A float32 tensor that travels between silos in one copy; the receiver owns it, and disposing returns a pooled array.
/// </summary>
/// <remarks>
/// Ownership: send arrays that are not pooled, or dispose a rented argument only after the call has succeeded (after a timeout it
/// may still wait in the send queue: leave it to the garbage collector). Never return a rented one from a grain. Within one silo
/// sender and receiver share the instance, so wrap the array anew for every attempt.
/// </remarks>
[Immutable]
public sealed class PooledTensor : IDisposable
{
    private float[]? _data;
    private readonly bool _pooled;

    private PooledTensor(int[] shape, float[] data, int length, bool pooled)
    {
        (Shape, _data, Length, _pooled) = (shape, data, length, pooled);
    }

    /// <summary>Gets the dimensions; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>Gets the number of elements.</summary>
    public int Length { get; }

    /// <summary>Gets the elements in C order.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public ReadOnlySpan<float> Span => Writable;

    internal Span<float> Writable => (_data ?? throw new ObjectDisposedException(nameof(PooledTensor))).AsSpan(0, Length);

    /// <summary>Wraps an array that belongs to nobody else; it is not returned to a pool.</summary>
    /// <exception cref="ArgumentException">The shape does not fit the array.</exception>
    public static PooledTensor Of(int[] shape, float[] data) => Count(shape) == data.Length
        ? new(shape, data, data.Length, pooled: false)
        : throw new ArgumentException($"A tensor of shape [{string.Join(',', shape)}] cannot have {data.Length} elements.", nameof(shape));

    /// <summary>Rents an array from the pool.</summary>
    public static PooledTensor Rent(int[] shape)
    {
        var length = Count(shape);
        return new(shape, ArrayPool<float>.Shared.Rent(length), length, pooled: true);
    }

    /// <summary>Copies the elements into an array of their own.</summary>
    public float[] ToArray() => Span.ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        var data = Interlocked.Exchange(ref _data, null);
        if (data is not null && _pooled) ArrayPool<float>.Shared.Return(data);
    }

    private static int Count(int[] shape) => shape.Aggregate(1, (n, d) => d >= 0 ? checked(n * d) : throw new ArgumentException(
        $"A tensor cannot have the shape [{string.Join(',', shape)}].", nameof(shape)));
}
