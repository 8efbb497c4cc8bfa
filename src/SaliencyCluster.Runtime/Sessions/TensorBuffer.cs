using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>A tensor in pinned memory that native code reads and writes in place.</summary>
internal sealed class TensorBuffer : IDisposable
{
    private readonly byte[] _data;

    public TensorBuffer(string name, TensorElementType type, int[] dimensions)
    {
        Name = name;
        var size = type is TensorElementType.Int64 or TensorElementType.Double ? sizeof(long) : sizeof(float);
        _data = GC.AllocateArray<byte>(dimensions.Aggregate(size, (n, d) => checked(n * d)), pinned: true);
        Value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, type, Array.ConvertAll(dimensions, d => (long)d),
            Marshal.UnsafeAddrOfPinnedArrayElement(_data, 0), _data.Length);
    }

    public string Name { get; }

    public OrtValue Value { get; }

    public int Bytes => _data.Length;

    public Span<float> Span => Of<float>();

    public Span<T> Of<T>() where T : struct => MemoryMarshal.Cast<byte, T>(_data.AsSpan());

    public void Dispose()
    {
        Value.Dispose();
        GC.KeepAlive(_data);
    }
}
