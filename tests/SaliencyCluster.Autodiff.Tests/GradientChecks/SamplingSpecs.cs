using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Images read between their pixels; places stay away from where a neighbour changes.</summary>
internal static class SamplingSpecs
{
    // In an image of 4 x 5: rows and columns inside, at the border, and outside on every side.
    private static readonly (double Y, double X)[] _places = [(1.3, 2.6), (0.4, 0.7), (-0.3, 3.7), (3.3, -0.8), (-2.3, 1.4), (5.3, 6.4), (2.7, 4.3), (1.6, -3.3)];

    private static GradSpec Grid(string mode, string outside, bool aligned, int from = 16)
    {
        var values = _places.SelectMany(p => new[] { To(p.X, 5), To(p.Y, 4) }).ToArray();
        return new("GridSample", X(1, 2, 4, 5), new Near(values, [1, 2, 4, 2]))
        {
            Case = $"{mode}, {outside}, {(aligned ? "aligned" : "not aligned")}, {from}",
            From = from,
            Until = from == 16 ? 19 : 25,
            Attributes = [("mode", mode), ("padding_mode", outside), ("align_corners", aligned ? 1 : 0)],
            Tolerance = 1e-5,
        };

        double To(double pixel, int size) => aligned ? (2 * pixel / (size - 1)) - 1 : (((2 * pixel) + 1) / size) - 1;
    }

    private static GradSpec Boxes(string name, int from, params (string, object)[] attributes) => new(
        "RoiAlign", X(2, 2, 6, 7), new Near([0.72, 1.23, 4.27, 5.16, -1.44, 0.63, 3.31, 7.74, 2.21, 2.43, 2.66, 2.97], [3, 4]), Ints(0, 1, 0))
    { Case = name, From = from, Until = from == 10
        ? 15 : 25, Attributes = [("output_height", 2), ("output_width", 3), ("sampling_ratio", 2), .. attributes], Tolerance = 1e-5 };

    // Offsets whose sums with whole numbers stay away from whole numbers.
    private static GradSpec Deformed(string name, long channels, Arg weights, long offsets, long side, Arg?[] more, params (string, object)[] attributes) =>
        new(
        "DeformConv", [X(1, channels, 4, 5), weights, X(Draw.Between(0.1, 0.9), 1, offsets, side, side + 1), .. more])
    { Case = name, From = 19, Attributes = attributes, Tolerance = 1e-5 };

    public static readonly GradSpec[] All =
    [
        .. from mode in (string[])["bilinear", "nearest", "bicubic"]
           from outside in (string[])["zeros", "border", "reflection"]
           from aligned in (bool[])[false, true]
           select Grid(mode, outside, aligned),
        Grid("linear", "border", false, 20), Grid("cubic", "zeros", true, 20),
        new("GridSample", X(1, 2, 2, 3, 3), new Near([-0.4, 0.3, 0.1, 0.5, -0.9, 0.7], [1, 1, 1, 2, 3])) { Case = "three dimensions", From = 20, Attributes = [("align_corners", 1)], Tolerance = 1e-5 },
        Deformed("plain", 2, X(Draw.Any, 3, 2, 2, 2), 8, 3, []),
        Deformed("bias, mask, padding", 2, Weights(3, 2, 3, 3), 18, 4, [X(3), X(Draw.Positive, 1, 9, 4, 5)], ("pads", new long[] { 1, 1, 1, 1 })),
        Deformed("groups", 4, Weights(2, 2, 2, 2), 16, 3, [], ("group", 2), ("offset_group", 2)),
        Deformed("dilations", 2, Weights(2, 2, 2, 2), 8, 2, [], ("dilations", new long[] { 2, 2 })),
        Boxes("before 16", 10),
        Boxes("half pixel", 16),
        Boxes("scaled", 16, ("coordinate_transformation_mode", "output_half_pixel"), ("spatial_scale", 0.5f)),
    ];
}
