using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>A float tensor in pinned memory that native code reads and writes in place.</summary>
internal sealed class TensorBuffer : IDisposable
{
    private readonly float[] _data;

    public TensorBuffer(string name, int[] dimensions)
    {
        Name = name;
        _data = GC.AllocateArray<float>(dimensions.Aggregate(1, (n, d) => checked(n * d)), pinned: true);
        Value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _data.AsMemory(), Array.ConvertAll(dimensions, d => (long)d));
    }

    public string Name { get; }

    public OrtValue Value { get; }

    public Span<float> Span => _data;

    public void Dispose() => Value.Dispose();
}
