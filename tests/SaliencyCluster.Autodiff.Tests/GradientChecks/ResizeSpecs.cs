using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

internal static class ResizeSpecs
{
    private static readonly string[] _coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];

    private static GradSpec Resize(string name, long[] x, double[]? scales, long[]? sizes, params (string, object)[] attributes) => new(
        "Resize", [X(x), null, scales is null ? null : Floats([scales.Length], scales), .. sizes is null ? (Arg?[])[] : [Ints(sizes)]])
    { Case = name, From = 13, Attributes = attributes };

    public static readonly GradSpec[] All =
    [
        new("Upsample", X(1, 2, 2, 3)) { Case = "attribute", Until = 8, Attributes = [("scales", new float[] { 1, 1, 2, 3 }), ("mode", "nearest")] },
        new("Upsample", X(1, 2, 2, 3), Floats([4], 1, 1, 2, 2)) { Case = "linear", From = 9, Until = 9, Attributes = [("mode", "linear")] },
        new("Resize", X(1, 1, 2, 3), Floats([4], 1, 1, 2, 2)) { Case = "opset 10", From = 10, Until = 10 },
        new("Resize", X(1, 1, 6, 6), Floats([4], 1, 1, 0.6, 0.6)) { Case = "opset 10, shrinking", From = 10, Until = 10 },
        new("Resize", X(1, 1, 4, 3), Floats([4], 1, 1, 0.5, 2)) { Case = "opset 10, linear", From = 10, Until = 10, Attributes = [("mode", "linear")] },
        new("Resize", X(1, 1, 2, 3), Floats([0]), Floats([4], 1, 1, 2, 2)) { Case = "opset 11, empty region", From = 11, Until = 12 },
        .. from mode in (string[])["nearest", "linear", "cubic"]
           from coordinates in _coordinates
           from size in (long[][])[[1, 1, 5, 7], [1, 1, 3, 2]]
           select Resize($"{mode}, {coordinates}, to {size[2]}x{size[3]}", [1, 1, 4, 4], null, size, ("mode", mode), ("coordinate_transformation_mode", coordinates)),
        .. from nearest in (string[])["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]
           select Resize($"nearest, {nearest}", [1, 1, 4, 4], [1, 1, 1.6, 0.7], null, ("nearest_mode", nearest)),
        Resize("scales that leave a rest", [1, 1, 5, 5], [1, 1, 1.5, 0.7], null, ("mode", "linear")),
        Resize("cubic, nothing from outside", [1, 1, 4, 4], null, [1, 1, 6, 3], ("mode", "cubic"), ("exclude_outside", 1), ("cubic_coeff_a", -0.5f)),
        Resize("linear, antialiased", [1, 1, 7, 8], null, [1, 1, 3, 5], ("mode", "linear"), ("antialias", 1)) with { From = 18 },
        Resize("cubic, antialiased", [1, 1, 7, 8], null, [1, 1, 3, 5], ("mode", "cubic"), ("antialias", 1)) with { From = 18 },
        Resize("axes", [1, 1, 3, 4], null, [5, 2], ("mode", "linear"), ("axes", new long[] { 2, 3 })) with { From = 18 },
        Resize("not larger", [1, 1, 3, 4], null, [6, 6], ("mode", "linear"), ("axes", new long[] { 2, 3 }), ("keep_aspect_ratio_policy", "not_larger")) with { From = 18 },
        Resize("symmetric", [1, 1, 3, 4], [1, 1, 1.5, 0.6], null, ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel_symmetric")) with { From = 19 },
        new("Resize", X(1, 1, 4, 4), Floats([8], 0, 0, 0.2, 0.1, 1, 1, 0.9, 0.7), null, Ints(1, 1, 3, 3))
        { Case = "crop", From = 13, Attributes = [("mode", "linear"), ("coordinate_transformation_mode", "tf_crop_and_resize"), ("extrapolation_value", 2f)] },
        Resize("one dimension", [1, 2, 4], null, [1, 2, 7], ("mode", "linear")),
        Resize("three dimensions", [1, 1, 2, 3, 2], null, [1, 1, 4, 3, 3], ("mode", "linear")),
    ];
}
