using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>What a Resize node does to one axis.</summary>
internal sealed record ResizeAxis
{
    public required long Input { get; init; }

    public required long Output { get; init; }

    /// <summary>Gets output size over input size; given scales may leave a fraction of an element over.</summary>
    public required double Scale { get; init; }

    public required string Mode { get; init; }

    public required string Coordinates { get; init; }

    public required string Nearest { get; init; }

    public double CubicCoefficient { get; init; } = -0.75;

    public bool ExcludeOutside { get; init; }

    public bool Antialias { get; init; }

    /// <summary>Gets where the region of <c>tf_crop_and_resize</c> starts and ends, from 0 to 1.</summary>
    public (double Start, double End) Region { get; init; } = (0, 1);

    /// <summary>The axis, or null if the node leaves it alone.</summary>
    public static ResizeAxis? Of(GraphNode node, int axis)
    {
        var (x, y) = (node.Inputs[0]!, node.Outputs[0]!);
        var axes = node.Ints("axes") is { } some ? some.Select(a => Shapes.Axis(a, x.Rank)).ToArray() : Shapes.Range(0, x.Rank);
        var place = Array.IndexOf(axes, axis);
        var coordinates = node.Text("coordinate_transformation_mode", "half_pixel");
        if (place < 0) return null;
        var scale = Scales(node, x, y, axes)[place];
        var crops = coordinates == "tf_crop_and_resize";
        if (!crops && scale == 1 && x.Shape[axis] == y.Shape[axis]) return null;
        var roi = crops && Known(node, 1) is { } region ? region : null;
        return new()
        {
            Input = x.Shape[axis],
            Output = y.Shape[axis],
            Scale = scale,
            Mode = node.Text("mode", "nearest"),
            Coordinates = coordinates,
            Nearest = node.Text("nearest_mode", "round_prefer_floor"),
            CubicCoefficient = node.Float("cubic_coeff_a", -0.75f),
            ExcludeOutside = node.Int("exclude_outside", 0) != 0,
            Antialias = node.Int("antialias", 0) != 0,
            Region = roi is null ? (0, 1) : (roi[place], roi[place + axes.Length]),
        };
    }

    /// <summary>[output, input]: the weight of each input element in each output element.</summary>
    public double[,] Matrix(GraphBuilder graph) => ResizeMatrix.Of(graph, this);

    private static double[] Scales(GraphNode node, Value x, Value y, int[] axes)
    {
        if (Known(node, 2) is { Length: > 0 } scales) return scales;
        var wanted = Known(node, 3)!;
        var ratios = axes.Select((axis, i) => wanted[i] / x.Shape[axis]).ToArray();
        return node.Text("keep_aspect_ratio_policy", "stretch") switch
        {
            "not_larger" => [.. ratios.Select(_ => ratios.Min())],
            "not_smaller" => [.. ratios.Select(_ => ratios.Max())],
            _ => [.. axes.Select(axis => y.Shape[axis] / (double)x.Shape[axis])],
        };
    }

    private static double[]? Known(GraphNode node, int index) =>
        index < node.Inputs.Count && node.Inputs[index]?.Constant is { } constant ? Constants.Doubles(constant) : null;
}
