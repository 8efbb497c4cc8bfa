using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.TestKit.Reference;

/// <summary>Runs a model in ONNX Runtime, unoptimised, and returns every intermediate tensor.</summary>
public static class RuntimeTrace
{
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="shapes">The shape of every input; the values are small, fixed and different from each other.</param>
    public static IReadOnlyDictionary<string, ConstantTensor> Run(ModelProto model, IReadOnlyDictionary<string, long[]> shapes) =>
        Run(model, shapes.ToDictionary(s => s.Key, s => As(Declared(model, s.Key), Ramp(s.Value))));

    public static IReadOnlyDictionary<string, ConstantTensor> Run(ModelProto model, IReadOnlyDictionary<string, ConstantTensor> inputs)
    {
        var traced = model.Clone();
        var declared = traced.Graph.Output.Select(o => o.Name).ToHashSet();
        foreach (var name in traced.Graph.Node.SelectMany(n => n.Output).Where(n => n.Length > 0 && declared.Add(n)))
            traced.Graph.Output.Add(new ValueInfoProto { Name = name });
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = 1,
        };
        using var session = new InferenceSession(traced.ToByteArray(), options);
        var values = inputs.ToDictionary(i => i.Key, i => ToOrt(i.Value));
        using var run = new RunOptions();
        using var results = session.Run(run, values, session.OutputNames);
        foreach (var value in values.Values) value.Dispose();
        return session.OutputNames.Zip(results).Where(r => r.Second.OnnxType == OnnxValueType.ONNX_TYPE_TENSOR)
            .ToDictionary(r => r.First, r => FromOrt(r.Second));
    }

    /// <summary>A float tensor of the values 0.01, -0.02, 0.03 ... in turn.</summary>
    public static ConstantTensor Ramp(long[] shape) => ConstantTensor.Of(shape,
        [.. Enumerable.Range(1, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => (i % 200) * (i % 2 == 0 ? -0.01f : 0.01f))]);

    /// <summary>A float tensor in another float type.</summary>
    public static ConstantTensor As(ElementType type, ConstantTensor tensor)
    {
        var values = tensor.As<float>().ToArray();
        return new(tensor.Type with { Element = type }, type switch
        {
            ElementType.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v)).ToArray(),
            ElementType.Double => MemoryMarshal.AsBytes<double>(Array.ConvertAll(values, v => (double)v)).ToArray(),
            _ => tensor.Bytes,
        });
    }

    private static ElementType Declared(ModelProto model, string input) =>
        (ElementType)model.Graph.Input.First(i => i.Name == input).Type.TensorType.ElemType;

    private static OrtValue ToOrt(ConstantTensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)(int)tensor.Type.Element, tensor.Type.Shape);
        tensor.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static ConstantTensor FromOrt(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new(new((ElementType)(int)info.ElementDataType, info.Shape), value.GetTensorMutableRawData().ToArray());
    }
}
