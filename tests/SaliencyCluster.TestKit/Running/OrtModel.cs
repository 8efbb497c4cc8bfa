using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SaliencyCluster.TestKit.Running;

/// <summary>Runs a model with ONNX Runtime, one thread; float and double tensors go in and out as doubles.</summary>
public sealed class OrtModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly SessionOptions _options;

    public OrtModel(ReadOnlyMemory<byte> model, bool optimize = true)
    {
        _options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        _session = new InferenceSession(model.ToArray(), _options);
    }

    /// <summary>The shape of an input.</summary>
    public int[] Shape(string input) => _session.InputMetadata[input].Dimensions;

    public Dictionary<string, double[]> Run(params (string Name, double[] Values)[] inputs)
    {
        var named = inputs.Select(i => NamedOnnxValue(i.Name, i.Values)).ToList();
        using var results = _session.Run(named);
        return results.ToDictionary(r => r.Name, r => r.ElementType switch
        {
            TensorElementType.Double => r.AsTensor<double>().ToArray(),
            TensorElementType.Int64 => [.. r.AsTensor<long>().Select(v => (double)v)],
            _ => [.. r.AsTensor<float>().Select(v => (double)v)],
        });
    }

    private NamedOnnxValue NamedOnnxValue(string name, double[] values)
    {
        var meta = _session.InputMetadata[name];
        return meta.ElementDataType == TensorElementType.Double
            ? Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(values, meta.Dimensions))
            : Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(Array.ConvertAll(values, v => (float)v), meta.Dimensions));
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
