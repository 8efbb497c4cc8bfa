using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class PoolingSpecs
{
    private static GradSpec Max(string name, long[] x, params (string, object)[] attributes) =>
        new("MaxPool", X(Draw.Distinct, x)) { Case = name, Attributes = attributes };

    private static GradSpec Average(string name, long[] x, params (string, object)[] attributes) =>
        new("AveragePool", X(x)) { Case = name, Attributes = attributes };

    private static GradSpec Lp(string name, long[] x, params (string, object)[] attributes) =>
        new("LpPool", X(x)) { Case = name, Attributes = attributes };

    private static readonly (string, object) _two = ("kernel_shape", new long[] { 2, 2 });
    private static readonly (string, object) _three = ("kernel_shape", new long[] { 3, 3 });
    private static readonly (string, object) _by2 = ("strides", new long[] { 2, 2 });
    private static readonly (string, object) _around = ("pads", new long[] { 1, 1, 1, 1 });

    public static readonly GradSpec[] All =
    [
        Max("two images, two channels", [2, 2, 4, 4], _two, _by2),
        Max("overlapping windows", [1, 2, 5, 5], _three, _by2, _around),
        Max("stride 1", [1, 1, 4, 5], _two),
        Max("SAME_UPPER", [1, 1, 5, 5], _three, _by2, ("auto_pad", "SAME_UPPER")),
        Max("one dimension", [1, 2, 7], ("kernel_shape", new long[] { 3 }), ("strides", new long[] { 2 })),
        Max("three dimensions", [1, 1, 4, 4, 2], ("kernel_shape", new long[] { 2, 2, 2 }), ("strides", new long[] { 2, 2, 1 })),
        Max("ceil_mode", [1, 1, 6, 6], _three, _by2, ("ceil_mode", 1)) with { From = 10 },
        Max("dilated", [1, 1, 6, 6], _two, ("dilations", new long[] { 2, 2 })) with { From = 10 },
        Max("storage_order", [1, 1, 4, 4], _two, ("storage_order", 1)) with { From = 8 },
        Average("plain", [2, 2, 4, 4], _two, _by2),
        Average("padding not counted", [1, 2, 5, 5], _three, _by2, _around),
        Average("padding counted", [1, 2, 5, 5], _three, _by2, _around, ("count_include_pad", 1)),
        Average("stride 1", [1, 1, 4, 5], _three, _around),
        Average("SAME_UPPER", [1, 1, 5, 6], _three, _by2, ("auto_pad", "SAME_UPPER")),
        Average("one dimension", [1, 2, 7], ("kernel_shape", new long[] { 3 }), ("strides", new long[] { 2 })),
        Average("three dimensions", [1, 1, 4, 4, 2], ("kernel_shape", new long[] { 2, 2, 2 })),
        Average("ceil_mode", [1, 1, 6, 6], _three, _by2, ("ceil_mode", 1)) with { From = 10 },
        Average("ceil_mode, padding counted", [1, 1, 6, 6], _three, _by2, _around, ("ceil_mode", 1), ("count_include_pad", 1)) with { From = 10 },
        Average("dilated", [1, 1, 7, 7], _two, ("dilations", new long[] { 2, 3 })) with { From = 19 },
        Lp("plain", [1, 2, 4, 4], _two, _by2),
        Lp("p = 3, padded", [1, 1, 5, 5], _three, _by2, _around, ("p", 3)),
        Lp("p = 1", [1, 1, 4, 4], _two, ("p", 1)),
        Lp("ceil_mode, dilated", [1, 1, 8, 8], _two, ("strides", new long[] { 3, 3 }), ("dilations", new long[] { 2, 2 }), ("ceil_mode", 1)) with { From = 18 },
        new("GlobalMaxPool", X(Draw.Distinct, 2, 2, 3, 3)),
        new("GlobalLpPool", X(2, 2, 3, 3)) { Attributes = [("p", 3)] },
        new("GlobalAveragePool", X(2, 3, 4, 5)),
        new("GlobalAveragePool", X(2, 3, 4)) { Case = "one dimension" },
    ];
}
