using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class ConvolutionSpecs
{
    private static GradSpec Conv(string name, long[] x, long[] w, params (string, object)[] attributes) =>
        new("Conv", X(x), Weights(w)) { Case = name, Attributes = attributes };

    public static readonly GradSpec[] All =
    [
        Conv("plain", [2, 2, 5, 4], [3, 2, 3, 2]),
        Conv("padded", [1, 2, 5, 5], [3, 2, 3, 3], ("pads", new long[] { 1, 1, 1, 1 })),
        Conv("unequal padding", [1, 2, 4, 5], [2, 2, 3, 3], ("pads", new long[] { 0, 2, 1, 0 })),
        Conv("padding beyond the kernel", [1, 1, 3, 3], [2, 1, 2, 2], ("pads", new long[] { 2, 2, 2, 2 })),
        Conv("strides that leave a rest", [1, 2, 6, 8], [3, 2, 3, 3], ("strides", new long[] { 2, 3 })),
        Conv("strides and padding", [2, 2, 7, 7], [2, 2, 3, 3], ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })),
        Conv("strided 1x1", [1, 3, 6, 5], [4, 3, 1, 1], ("strides", new long[] { 2, 2 })),
        Conv("first layer", [2, 3, 12, 13], [4, 3, 7, 7], ("strides", new long[] { 2, 2 }), ("pads", new long[] { 3, 3, 3, 3 })),
        Conv("patches", [1, 3, 8, 8], [5, 3, 4, 4], ("strides", new long[] { 4, 4 })),
        Conv("patches that leave a rest", [1, 1, 11, 10], [2, 1, 3, 4], ("strides", new long[] { 4, 4 })),
        Conv("stride above the kernel", [1, 2, 8, 9], [2, 2, 2, 1], ("strides", new long[] { 3, 3 }), ("pads", new long[] { 1, 0, 0, 0 })),
        Conv("padding above the kernel", [1, 1, 5, 6], [2, 1, 2, 2], ("strides", new long[] { 2, 2 }), ("pads", new long[] { 3, 2, 2, 3 })),
        Conv("dilated", [1, 1, 7, 7], [2, 1, 3, 3], ("dilations", new long[] { 2, 3 }), ("pads", new long[] { 2, 3, 2, 3 })),
        Conv("dilated and strided", [1, 1, 9, 8], [2, 1, 3, 2], ("dilations", new long[] { 2, 2 }), ("strides", new long[] { 2, 3 })),
        Conv("grouped", [1, 4, 4, 4], [6, 2, 3, 3], ("group", 2), ("pads", new long[] { 1, 1, 1, 1 })),
        Conv("grouped and strided", [1, 4, 5, 5], [6, 2, 3, 3], ("group", 2), ("strides", new long[] { 2, 2 })),
        Conv("depthwise", [1, 3, 5, 5], [3, 1, 3, 3], ("group", 3), ("pads", new long[] { 1, 1, 1, 1 })),
        Conv("depthwise and strided", [1, 3, 6, 6], [3, 1, 3, 3], ("group", 3), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })),
        Conv("SAME_UPPER", [1, 1, 6, 5], [2, 1, 3, 3], ("auto_pad", "SAME_UPPER"), ("strides", new long[] { 2, 2 })),
        Conv("SAME_LOWER", [1, 1, 6, 5], [2, 1, 4, 4], ("auto_pad", "SAME_LOWER")),
        Conv("VALID", [1, 1, 6, 5], [2, 1, 3, 3], ("auto_pad", "VALID"), ("strides", new long[] { 2, 2 })),
        Conv("one dimension", [2, 2, 8], [3, 2, 3], ("strides", new long[] { 2 }), ("pads", new long[] { 1, 0 })),
        Conv("three dimensions", [1, 2, 3, 4, 3], [2, 2, 2, 3, 2], ("pads", new long[] { 0, 1, 1, 1, 1, 0 })),
        Conv("three dimensions, strided", [1, 1, 4, 5, 4], [2, 1, 2, 3, 2], ("strides", new long[] { 2, 1, 2 })),
        new("Conv", X(1, 2, 4, 4), Weights(3, 2, 3, 3), Weights(3)) { Case = "bias" },
        new("Conv", X(1, 2, 5, 5), X(3, 2, 3, 3), X(3)) { Case = "weights and bias from the image", Attributes = [("pads", new long[] { 1, 0, 1, 0 })] },
        new("Conv", X(2, 2, 6, 7), X(2, 1, 3, 2)) { Case = "grouped, strided, dilated weights from the image", Attributes =
            [("group", 2), ("strides", new long[] { 2, 2 }), ("dilations", new long[] { 1, 2 })] },
        Transposed("plain", [2, 2, 3, 4], [2, 3, 3, 2]),
        Transposed("strides and padding", [1, 2, 3, 4], [2, 3, 3, 3], ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })),
        Transposed("output_padding", [1, 2, 3, 3], [2, 2, 3, 3], ("strides", new long[] { 2, 3 }), ("output_padding", new long[] { 1, 2 })),
        Transposed("output_shape", [1, 2, 3, 3], [2, 2, 3, 3], ("strides", new long[] { 2, 2 }), ("output_shape", new long[] { 6, 6 })),
        Transposed("SAME_UPPER", [1, 2, 3, 3], [2, 2, 3, 3], ("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER")),
        Transposed("SAME_LOWER", [1, 1, 3, 3], [1, 2, 3, 3], ("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_LOWER")),
        Transposed("dilated", [1, 1, 3, 3], [1, 2, 2, 2], ("dilations", new long[] { 2, 3 })),
        Transposed("grouped", [1, 4, 3, 3], [4, 2, 3, 3], ("group", 2), ("strides", new long[] { 2, 1 })),
        Transposed("one dimension", [1, 2, 4], [2, 3, 3], ("strides", new long[] { 2 })),
        Transposed("three dimensions", [1, 1, 2, 3, 2], [1, 2, 2, 2, 2], ("strides", new long[] { 1, 2, 1 })),
        new("ConvTranspose", X(1, 2, 3, 3), X(2, 2, 3, 3), X(2)) { Case = "weights and bias from the image", Attributes = [("strides", new long[] { 2, 2 })] },
    ];

    private static GradSpec Transposed(string name, long[] x, long[] w, params (string, object)[] attributes) =>
        new("ConvTranspose", X(x), Weights(w)) { Case = name, Attributes = attributes };
}
