using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.OldOpsets;

/// <summary>A whole network as Caffe2, MXNet and Core ML wrote them, and the same one in opset 13, which ONNX Runtime runs.</summary>
public class OldNetworkTests
{
    private static readonly long[] _image = [3, 12, 12];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void An_old_network_is_its_twin_of_opset_13(int opset)
    {
        var (old, twin) = (Explain.Read(Old(opset)), New());
        var x = Draw.Any.Values(3 * 12 * 12, new Random(3));
        using var runtime = new OrtModel(twin.ToBytes());
        var expected = runtime.Run(("x", x))["p"];

        var forward = ExplanationCompiler.Compile(old, new() { ImageShape = _image, Map = PointMap.None, Probability = true });
        using var session = new OrtModel(forward.Model);
        Assert.InRange(Numbers.RelativeError(session.Run(("point", x), ("output_gradient", new double[5]))["output"], expected), 0, 1e-5);
        foreach (var map in (PointMap[])[PointMap.Gradient, PointMap.FullGradient])
        {
            var spec = new ExplanationSpec { ImageShape = _image, Map = map };
            Assert.InRange(Numbers.RelativeError(Explain.Map(old, spec, x, 2), Explain.Map(Explain.Read(twin), spec, x, 2)), 0, 1e-4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Images_of_a_batch_are_explained_together(int opset) =>
        Assert.True(Onnx.Specializer.ProveBatch(Explain.Read(Old(opset)), _image).Holds);

    // Pictures of 0 to 255 are scaled, convolutions have their bias apart, a block is added up, channels are halved by their slope.
    private static ModelBuilder Old(int opset)
    {
        (string, object)[] consumed = opset < 6 ? [("consumed_inputs", new long[] { 0 })] : [];
        var m = Weights(new ModelBuilder(opset).Input("x", 1, 3, 12, 12))
            .Node("ImageScaler", "x", "scaled", ("scale", 0.5f), ("bias", new[] { 0.1f, -0.2f, 0.3f }))
            .Node("Conv", "scaled w1", "c1", ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("Mul", "c1 s1", "m1", ("broadcast", 1), ("axis", 1)).Node("Add", "m1 b1", "a1", ("broadcast", 1), ("axis", 1))
            .Node("BatchNormalization", "a1 s1 b1 b1 v1", "n1", [("is_test", 1), ("spatial", 1), .. Consumed(opset, 5)])
            .Node("Relu", "n1", "r1", consumed).Node("MaxPool", "r1", "p1", ("kernel_shape", new long[] { 2, 2 }), ("strides",
                new long[] { 2, 2 }))
            .Node("Conv", "p1 w2", "c2", ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }))
            .Node("PRelu", "c2 s1", "r2").Node("Sum", "p1 r2", "sum").Node("Dropout", "sum", "d mask", [("is_test", 1), ("ratio", 0.5f),
                .. consumed])
            .Node("Upsample", "d", "u", ("height_scale", 2f), ("width_scale", 2f))
                .Node("Concat", "u r1", "cat", opset < 4 ? [] : [("axis", 1)])
            .Node("GlobalAveragePool", "cat", "g");
        if (opset < 5) m.Node("Reshape", "g", "f", ("shape", new long[] { 0, -1 }));
        else m.Longs("shape", 0, -1).Node("Reshape", "g shape", "f");
        return m.Node("Gemm", "f w3 b3", "logits", ("broadcast", 1), ("transB", 1)).Node("Softmax", "logits", "p").Results("p");
    }

    private static (string, object)[] Consumed(int opset, int count) => opset < 6 ? [("consumed_inputs", new long[count])] : [];

    private static ModelBuilder New() => Weights(new ModelBuilder(13).Input("x", 1, 3, 12, 12))
        .Weight("half", [], 0.5f).Weight("bias", [3, 1, 1], 0.1f, -0.2f, 0.3f).Node("Mul", "x half", "halved")
            .Node("Add", "halved bias", "scaled")
        .Node("Conv", "scaled w1", "c1", ("pads", new long[] { 1, 1, 1, 1 }))
        .Weight("s", [4, 1, 1], Four(0.5f)).Weight("b", [4, 1, 1], Four(-0.3f)).Node("Mul", "c1 s", "m1").Node("Add", "m1 b", "a1")
        .Node("BatchNormalization", "a1 s1 b1 b1 v1", "n1").Node("Relu", "n1", "r1")
        .Node("MaxPool", "r1", "p1", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
        .Node("Conv", "p1 w2", "c2", ("pads", new long[] { 1, 1, 1, 1 })).Node("PRelu", "c2 s", "r2").Node("Add", "p1 r2", "sum")
        .Weight("scales", [4], 1, 1, 2, 2).Node("Resize", "sum _ scales", "u", ("coordinate_transformation_mode", "asymmetric"),
            ("nearest_mode", "floor"))
        .Node("Concat", "u r1", "cat", ("axis", 1)).Node("GlobalAveragePool", "cat", "g").Node("Flatten", "g", "f")
        .Node("Gemm", "f w3 b3", "logits", ("transB", 1)).Node("Softmax", "logits", "p").Results("p");

    private static ModelBuilder Weights(ModelBuilder m) => m
        .Weight("w1", [4, 3, 3, 3], Random(108, 1)).Weight("w2", [4, 4, 3, 3], Random(144, 2)).Weight("w3", [5, 8], Random(40, 3))
            .Weight("b3", [5], Random(5, 4))
        .Weight("s1", [4], Four(0.5f)).Weight("b1", [4], Four(-0.3f)).Weight("v1", [4], Four(1));

    private static float[] Four(float first) => [first, first + 0.1f, first + 0.2f, first + 0.3f];

    private static float[] Random(int count, int seed) => [.. Draw.Any.Values(count, new Random(seed)).Select(v => (float)v)];
}
