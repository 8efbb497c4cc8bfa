using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>Upsample and the versions of Resize.</summary>
internal static class ResizeForms
{
    public static readonly OpsetForm[] All =
    [
        new("Upsample", n => Asymmetric(n, n.Attribute("scales") is { } s ? n.Graph.Constant(Onnx.ConstantTensor.Of([s.Floats.Count], [.. s.Floats])) : n.In(1)!), 7, "Resize"),
        OpsetForm.Of("Resize", n => n.Opset == 10 ? Asymmetric(n, n.In(1)!) : Modern(n)),
    ];

    // Before opset 11 coordinates were asymmetric, and shrinking took the next element instead of the one before.
    private static IReadOnlyList<Value?> Asymmetric(ModelNode n, Value scales)
    {
        var shrinks = scales.Constant is { } constant && Constants.Doubles(constant).Any(s => s < 1);
        return n.Emit("Resize", [n.X, null, scales], ["scales"],
            ("mode", n.Text("mode", "nearest")), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", shrinks
                ? "ceil" : "floor"));
    }

    // half_pixel_symmetric came with opset 19.
    private static IReadOnlyList<Value?> Modern(ModelNode n)
    {
        if (n.Text("coordinate_transformation_mode", "half_pixel") != "half_pixel_symmetric")
            return n.Emit("Resize", [.. n.Inputs.Select((v, i) => i > 0 && v is { Shape: [0] } ? null : v)], []);
        var (description, y) = (n.Describe(), n.X);
        for (var axis = 0; axis < n.X.Rank; axis++)
            if (ResizeAxis.Of(description, axis) is { } resize) y = n.Graph.Along(y, axis, GraphBuilder.Transposed(resize.Matrix(n.Graph)));
        return [y];
    }
}
