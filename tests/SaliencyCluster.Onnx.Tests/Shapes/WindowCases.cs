using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

/// <summary>Convolutions and pools.</summary>
internal static class WindowCases
{
    private static readonly string[] AutoPads = ["SAME_UPPER", "SAME_LOWER", "VALID"];

    public static readonly OpCase[] All =
    [
        new("Conv", [7, 11, 22], X(2, 4, 9, 8), F(6, 4, 3, 3), F(6)),
        new OpCase("Conv", [9], X(2, 4, 9, 8), F(6, 2, 3, 2)).With(("group", 2), ("strides", I(2, 3)), ("pads", I(1, 0, 2, 1))),
        new OpCase("Conv", [11], X(1, 4, 12, 12), F(4, 1, 3, 3)).With(("group", 4), ("dilations", I(2, 3)), ("kernel_shape", I(3, 3))),
        new("Conv", [11], X(2, 3, 9), F(5, 3, 4)),
        new OpCase("Conv", [11], X(1, 2, 5, 6, 7), F(3, 2, 2, 3, 2)).With(("strides", I(1, 2, 1))),
        .. AutoPads.Select(pad => new OpCase("Conv", [11], X(1, 2, 10, 11), F(3, 2, 3, 4)).With(("auto_pad", pad), ("strides", I(2, 3)))),
        new OpCase("com.microsoft:FusedConv", [13], X(1, 2, 8, 8), F(3, 2, 3, 3), F(3)).With(("activation", "Relu")),
        new("ConvInteger", [10], X(ElementType.UInt8, 1, 2, 8, 8), Raw(ElementType.UInt8, [1, 2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8)),
        new("QLinearConv", [10], X(ElementType.UInt8, 1, 1, 6, 6), S(0.1f), Raw(ElementType.UInt8, [], 0),
            Raw(ElementType.UInt8, [2, 1, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8),
            S(0.1f), Raw(ElementType.UInt8, [], 0), S(0.2f), Raw(ElementType.UInt8, [], 3)),

        new("ConvTranspose", [7, 11, 22], X(2, 4, 5, 6), F(4, 3, 3, 2), F(3)),
        new OpCase("ConvTranspose", [11], X(2, 4, 5, 6), F(4, 3, 3, 3))
            .With(("group", 2), ("strides", I(2, 3)), ("pads", I(1, 0, 1, 2)), ("output_padding", I(1, 0))),
        new OpCase("ConvTranspose", [11], X(1, 2, 5, 6), F(2, 3, 3, 3)).With(("strides", I(2, 2)), ("output_shape", I(10, 13))),
        new OpCase("ConvTranspose", [11], X(1, 2, 5), F(2, 3, 3)).With(("dilations", I(2))),
        .. AutoPads.Select(pad => new OpCase("ConvTranspose", [11], X(1, 2, 5, 6), F(2, 3, 3, 3))
        .With(("auto_pad", pad), ("strides", I(2, 3)))),

        new OpCase("MaxPool", [7], X(2, 3, 9, 8)).With(("kernel_shape", I(3, 2)), ("strides", I(2, 2)), ("pads", I(1, 0, 1, 1))),
        new OpCase("MaxPool", [8, 12], X(2, 3, 9, 8)).With(("kernel_shape", I(3, 2))) with { Outputs = 2 },
        new OpCase("MaxPool", [10, 12, 22], X(1, 2, 10, 11))
            .With(("kernel_shape", I(3, 3)), ("dilations", I(2, 1)), ("ceil_mode", 1), ("strides", I(3, 2))),
        .. AutoPads.Select(pad => new OpCase("MaxPool", [12], X(1, 2, 10, 11))
        .With(("kernel_shape", I(3, 4)), ("strides", I(2, 3)), ("auto_pad", pad))),
        .. Ceiling("MaxPool", 10), .. Ceiling("AveragePool", 10), .. Ceiling("AveragePool", 19), .. Ceiling("LpPool", 18),
        new OpCase("AveragePool", [7, 11], X(2, 3, 9)).With(("kernel_shape", I(2)), ("count_include_pad", 1), ("pads", I(1, 1))),
        new OpCase("AveragePool", [19], X(2, 3, 9, 9)).With(("kernel_shape", I(2, 2)), ("dilations", I(2, 3))),
        new OpCase("LpPool", [11, 22], X(2, 3, 6, 6, 6)).With(("kernel_shape", I(2, 2, 2))),
        new OpCase("MaxUnpool", [9], X(1, 1, 2, 2), L([1, 1, 2, 2], 5, 7, 13, 15)).With(("kernel_shape", I(2, 2)), ("strides", I(2, 2))),
        new OpCase("MaxUnpool", [11], X(1, 1, 2, 2), L([1, 1, 2, 2], 5, 7, 13, 15), L(1, 1, 5, 5))
            .With(("kernel_shape", I(2, 2)), ("strides", I(2, 2))),
        .. new[] { "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool" }.Select(op => new OpCase(op, [9, 21], X(2, 3, 4, 5))),
        new OpCase("RoiAlign", [10, 16], X(1, 2, 8, 8), F(3, 4), L(0, 0, 0)).With(("output_height", 2), ("output_width", 3)),
        new("DeformConv", [19, 22], X(1, 2, 4, 5), F(3, 2, 2, 2), F(1, 8, 3, 4), F(3), Positive(1, 4, 3, 4)),
        new("GridSample", [16, 20], X(2, 3, 4, 5), F(2, 6, 7, 2)),
    ];

    // Sizes at which a ceiling window would begin in the padding behind the image.
    private static IEnumerable<OpCase> Ceiling(string op, int opset) =>
        from size in I(5, 6, 7, 8, 9)
        from stride in I(2, 3)
        from pad in I(0, 1)
        select new OpCase(op, [opset], X(1, 1, size, size))
            .With(("kernel_shape", I(2, 3)), ("strides", I(stride, stride)), ("pads", I(0, pad, pad, pad)), ("ceil_mode", 1));
}
