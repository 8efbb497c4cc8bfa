namespace SaliencyCluster.TestKit.OldOpsets;

/// <summary>A whole network as Caffe2, MXNet and Core ML wrote them, <c>[1,3,12,12]</c> to five probabilities.</summary>
public static class OldNetwork
{
    // Pictures of 0 to 255 are scaled, convolutions have their bias apart, a block is added up, channels are halved by their slope.
    /// <summary>The network of an old opset.</summary>
    public static ModelBuilder Of(int opset)
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

    /// <summary>The same one in opset 13.</summary>
    public static ModelBuilder Twin() => Weights(new ModelBuilder(13).Input("x", 1, 3, 12, 12))
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

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
