using SaliencyCluster.Onnx.Tensors;
using SaliencyCluster.TestKit.Reference;

namespace SaliencyCluster.Onnx.Tests.Specializing;

/// <summary>Compares a specialised graph with what ONNX Runtime makes of the model.</summary>
internal static class Against
{
    /// <summary>Every type and folded value must be the runtime's, and the rebuilt graph must compute the same outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageShape">The image's shape, batch included.</param>
    /// <param name="tolerance">How far floats may be apart, absolute below 1, relative above.</param>
    public static SpecializedGraph Runtime(OnnxModel model, long[] imageShape, double tolerance = 1e-5)
    {
        var shapes = new Dictionary<string, long[]> { [model.ImageInput] = imageShape };
        // Narrow floats are computed in float32 here; what the runtime rounded to them is only near.
        var trace = RuntimeTrace.Run(model.Proto, shapes).ToDictionary(t => t.Key, t => Widening.ToFloat(t.Value));
        var graph = Specializer.Specialize(model, shapes);

        foreach (var (name, actual) in graph.Types)
            if (trace.TryGetValue(name, out var expected)) Assert.Equal($"{name}: {expected.Type}", $"{name}: {actual}");
        foreach (var (name, actual) in graph.Constants)
            if (trace.TryGetValue(name, out var expected)) AssertClose(name, expected, actual, tolerance);

        var rebuilt = RuntimeTrace.Run(ModelWriter.ToModel(graph), shapes);
        foreach (var output in graph.Outputs) AssertClose(output, trace[output], rebuilt[output], tolerance);
        return graph;
    }

    public static SpecializedGraph Runtime(TestKit.ModelBuilder builder, long[] imageShape, double tolerance = 1e-5) =>
        // The shape is the whole one that the model declares, also where that is a picture or vector without a batch.
        Runtime(ModelReader.Read(builder.ToBytes(), "test.onnx") with { HasBatch = true }, imageShape, tolerance);

    internal static void AssertClose(string name, ConstantTensor expected, ConstantTensor actual, double tolerance)
    {
        Assert.Equal($"{name}: {expected.Type}", $"{name}: {actual.Type}");
        if (expected.Type.Element != ElementType.Float)
        {
            Assert.True(expected.Bytes.Span.SequenceEqual(actual.Bytes.Span), $"{name} has other values");
            return;
        }
        var (e, a) = (expected.As<float>().ToArray(), actual.As<float>().ToArray());
        for (var i = 0; i < e.Length; i++)
            Assert.True(e[i].Equals(a[i])
                || Math.Abs(e[i] - a[i]) <= tolerance * Math.Max(1, Math.Abs(e[i])), $"{name}[{i}] is {a[i]}, not {e[i]}");
    }
}
