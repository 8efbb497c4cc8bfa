using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Tests.Docs;

/// <summary>The example of the README.</summary>
internal static class Example
{
    public static Dictionary<string, float[]> Gradient(string path)
    {
        // example
        var model = ModelReader.ReadFile(path);                                             // any ONNX classifier
        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = [3, 64, 64] });

        using var session = new InferenceSession(graph.Model.ToArray());
        var image = new DenseTensor<float>([1, 3, 64, 64]);
        var two = new DenseTensor<float>([1, (int)graph.OutputShape[0]]) { [0, 2] = 1 };    // explain class 2
        var weight = new DenseTensor<float>([1, 1]) { [0, 0] = 1 };
        using var results = session.Run([
            NamedOnnxValue.CreateFromTensor("point", image), NamedOnnxValue.CreateFromTensor("output_gradient", two),
            NamedOnnxValue.CreateFromTensor("weight", weight)]);
        var gradient = results.Single(r => r.Name == "partial").AsTensor<float>();          // [1, 3, 64, 64]
        // end
        return results.ToDictionary(r => r.Name, r => r.AsTensor<float>().ToArray());
    }
}
