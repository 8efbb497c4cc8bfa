using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>Memory of a device, and the addition of what is in it: a session of one node that all lanes share.</summary>
internal sealed class SumSession : IDisposable
{
    private const string Left = "left", Right = "right", Sum = "sum";

    private readonly Lazy<InferenceSession> _native;
    private readonly Lazy<OrtAllocator> _memory;
    private readonly RunOptions _options = new();

    public SumSession(DeviceOptions options)
    {
        _native = new(() => Load(options));
        // On a GPU memory comes from the provider's arena.
        _memory = new(() => options.Provider == ExecutionProvider.Cpu
            ? OrtAllocator.DefaultInstance
            : new OrtAllocator(_native.Value, new OrtMemoryInfo(
                OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, options.DeviceId, OrtMemType.Default)));
    }

    /// <summary>Allocates floats on the device, in the shape of another tensor.</summary>
    public OrtValue Allocate(OrtValue like) =>
        OrtValue.CreateAllocatedTensorValue(_memory.Value, TensorElementType.Float, like.GetTensorTypeAndShape().Shape);

    /// <summary>Makes what one lane binds.</summary>
    public OrtIoBinding Bind() => _native.Value.CreateIoBinding();

    /// <summary>Adds two tensors of equal shape into a third one, on the device or on the host.</summary>
    public void Add(OrtIoBinding binding, OrtValue left, OrtValue right, OrtValue sum)
    {
        binding.BindInput(Left, left);
        binding.BindInput(Right, right);
        binding.BindOutput(Sum, sum);
        _native.Value.RunWithBinding(_options, binding);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory.IsValueCreated && _memory.Value != OrtAllocator.DefaultInstance) _memory.Value.Dispose();
        if (_native.IsValueCreated) _native.Value.Dispose();
        _options.Dispose();
    }

    private static InferenceSession Load(DeviceOptions options)
    {
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(options.Provider, options);
        return new InferenceSession(Model(), settings);
    }

    private static byte[] Model()
    {
        var graph = new GraphProto { Name = "sum", Input = { Floats(Left), Floats(Right) }, Output = { Floats(Sum) } };
        graph.Node.Add(new NodeProto { Name = "sum", OpType = "Add", Input = { Left, Right }, Output = { Sum } });
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 18 } } }.ToByteArray();
    }

    // Of any shape.
    private static ValueInfoProto Floats(string name) =>
        new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } };
}
