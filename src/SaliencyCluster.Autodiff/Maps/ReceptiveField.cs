using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Which rows and columns of the image a place of a layer can depend on.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Columns">The columns.</param>
/// <remarks>
/// Followed from the layer back to the image: windows and strides of convolutions and pools, enlargements, paddings. Operators that bring
/// places together in another way - dense layers, attention, squeeze-and-excitation, normalisation over places - depend on all of it.
/// </remarks>
public sealed record ReceptiveField(FieldAxis Rows, FieldAxis Columns)
{
    private static readonly FieldAxis _itself = new(1, 0, 0);

    private static readonly HashSet<string> _pointwise =
    [
        "Identity", "Cast", "Dropout", "Clip", "Relu", "LeakyRelu", "PRelu", "ThresholdedRelu", "Elu", "Celu", "Selu", "Gelu", "Mish",
            "Swish", "Sigmoid",
        "HardSigmoid", "HardSwish", "Softplus", "Softsign", "Shrink", "Tanh", "Erf", "Neg", "Abs", "Sign", "Sqrt", "Exp", "Log", "Pow",
            "Reciprocal", "Floor", "Ceil",
        "Round", "Min", "Max", "Where", "Add", "Sub", "Mul", "Div", "Sum", "Mean", "QuantizeLinear", "DequantizeLinear",
            "BatchNormalization", "LRN", "Transpose",
    ];

    private static readonly HashSet<string> _windows = ["Conv", "FusedConv", "MaxPool", "AveragePool", "LpPool"];

    /// <summary>Finds the field of a tensor's places; null where a place can depend on the whole image, or has none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensor">A tensor of the model between image and output.</param>
    /// <param name="imageShape">Shape of one image, channels first.</param>
    /// <param name="layout">Where the model's own input has its channels.</param>
    public static ReceptiveField? Of(OnnxModel model, string tensor, IReadOnlyList<long> imageShape, ImageLayout layout)
    {
        var graph = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [1, .. layout.ToOwn(imageShape)] });
        return Of(graph, graph.Aliases.GetValueOrDefault(tensor, tensor), layout);
    }

    internal static ReceptiveField? Of(SpecializedGraph graph, string tensor, ImageLayout layout)
    {
        if (!graph.Types.TryGetValue(tensor, out var type) || type.Rank != 4) return null;
        var image = graph.Model.ImageInput;
        var (last, depends) = (LayerLayouts.ChannelsLast(graph, layout), new HashSet<string> { image });
        foreach (var node in graph.Nodes)
            if (node.Input.Any(depends.Contains)) depends.UnionWith(node.Output);
        var fields = new Dictionary<string, ReceptiveField> { [tensor] = new(_itself, _itself) };
        foreach (var node in graph.Nodes.Reverse())
        {
            foreach (var (output, input) in node.Output.Where(fields.ContainsKey).SelectMany(o =>
                node.Input.Where(depends.Contains).Select(i => (o, i))))
            {
                if (Through(node, graph, input, last, fields[output]) is not { } earlier) return null;
                if ((fields.TryGetValue(input, out var known) ? known.With(earlier) : earlier) is not { } both) return null;
                fields[input] = both;
            }
        }
        return fields.GetValueOrDefault(image);
    }

    /// <summary>Gets the rows and columns of the image that a place depends on; the ends are beyond the last.</summary>
    /// <param name="row">Row of the layer's grid.</param>
    /// <param name="column">Its column.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Its columns.</param>
    public (int Top, int Left, int Bottom, int Right) Box(int row, int column, int height, int width)
    {
        var ((top, bottom), (left, right)) = (Rows.Span(row, height), Columns.Span(column, width));
        return (top, left, bottom, right);
    }

    // Two ways to one tensor: both, where they go in equal steps.
    private ReceptiveField? With(ReceptiveField other) => Rows.With(other.Rows) is { } rows && Columns.With(other.Columns) is { } columns
        ? new(rows, columns) : null;

    // What of a node's input the given places of its output depend on; null where that is all of it.
    private static ReceptiveField? Through(NodeProto node, SpecializedGraph graph, string input, IReadOnlySet<string> last,
        ReceptiveField field)
    {
        var (from, to) = (Grid(graph, input, last), Grid(graph, node.Output[0], last));
        if (from is not { } source || to is not { } made) return null;
        if (_windows.Contains(node.OpType)) return input == node.Input[0] ? Window(node, graph, source, made, field) : null;
        return node.OpType switch
        {
            "ConvTranspose" when input == node.Input[0] => Transposed(node, graph, source, made, field),
            "Resize" or "Upsample" => Resized(node, source, made, field),
            "Pad" => Padded(node, graph, last.Contains(input), field),
            "Concat" or "Split" => source.SequenceEqual(made) ? field : null,
            _ => _pointwise.Contains(node.OpType) && source.SequenceEqual(made) ? field : null,
        };
    }

    private static ReceptiveField? Window(NodeProto node, SpecializedGraph graph, long[] source, long[] made, ReceptiveField field)
    {
        if ((Ints(node, "kernel_shape") ?? Kernel(node, graph)) is not { Length: 2 } kernel) return null;
        var (strides, dilations, pads) = (Ints(node, "strides") ?? [1, 1], Ints(node, "dilations") ?? [1, 1], Ints(node, "pads") ?? [0,
            0, 0, 0]);
        var auto = node.Attribute.FirstOrDefault(a => a.Name == "auto_pad")?.S.ToStringUtf8() ?? "";
        return field.Map((axis, d) =>
        {
            var reach = dilations[d] * (kernel[d] - 1);
            var missing = Math.Max(0, ((made[d] - 1) * strides[d]) + reach + 1 - source[d]);
            var before = auto switch { "SAME_UPPER" => missing / 2, "SAME_LOWER" => (missing + 1) / 2, "VALID" => 0, _ => pads[d] };
            return new(axis.Step * strides[d], (axis.First * strides[d]) - before, (axis.Last * strides[d]) - before + reach);
        });
    }

    private static ReceptiveField? Transposed(NodeProto node, SpecializedGraph graph, long[] source, long[] made, ReceptiveField field)
    {
        if ((Ints(node, "kernel_shape") ?? Kernel(node, graph)) is not { Length: 2 } kernel) return null;
        var (strides, dilations) = (Ints(node, "strides") ?? [1, 1], Ints(node, "dilations") ?? [1, 1]);
        return field.Map((axis, d) =>
        {
            var reach = dilations[d] * (kernel[d] - 1);
            // Whichever padding was meant, it is among these; a place more at an end is no error.
            var most = Math.Max(0, ((source[d] - 1) * strides[d]) + reach + 1 - made[d]);
            return new(axis.Step / strides[d], (axis.First - reach) / strides[d], (axis.Last + most) / strides[d]);
        });
    }

    private static ReceptiveField? Resized(NodeProto node, long[] source, long[] made, ReceptiveField field)
    {
        var corners = Text(node, "coordinate_transformation_mode") ?? (node.OpType == "Upsample" ? "asymmetric" : "half_pixel");
        if (corners == "tf_crop_and_resize") return null;
        var taps = Text(node, "mode") == "cubic" ? 2 : 1;
        return field.Map((axis, d) =>
        {
            var scale = corners == "align_corners" && made[d] > 1 ? (source[d] - 1.0) / (made[d] - 1) : (double)source[d] / made[d];
            var shift = corners is "asymmetric" or "align_corners" ? 0 : (0.5 * scale) - 0.5;
            var reach = taps * (node.Attribute.Any(a => a.Name == "antialias" && a.I == 1) ? Math.Max(1, scale) : 1);
            // Scales that do not give whole sizes put the last place up to a pixel elsewhere, and so does a middle that is kept.
            if (source[d] % made[d] != 0 && made[d] % source[d] != 0) reach += 1;
            return new(axis.Step * scale, (axis.First * scale) + shift - reach, (axis.Last * scale) + shift + reach);
        });
    }

    private static ReceptiveField? Padded(NodeProto node, SpecializedGraph graph, bool isLast, ReceptiveField field)
    {
        var pads = Ints(node, "pads") ?? (node.Input.Count > 1 && graph.Constants.TryGetValue(node.Input[1], out var constant)
            ? constant.As<long>().ToArray() : null);
        if (pads is not { Length: 8 } || node.Input.Count > 3) return null;
        return field.Map((axis, d) => axis with { First = axis.First - pads[d + (isLast ? 1 : 2)], Last = axis.Last - pads[d + (isLast
            ? 1 : 2)] });
    }

    private ReceptiveField Map(Func<FieldAxis, int, FieldAxis> change) => new(change(Rows, 0), change(Columns, 1));

    private static long[]? Kernel(NodeProto node, SpecializedGraph graph) => node.Input.Count > 1 ? graph.Types[node.Input[1]].Shape[2..]
        : null;

    private static long[]? Grid(SpecializedGraph graph, string tensor, IReadOnlySet<string> last) =>
        graph.Types[tensor] is not { Rank: 4 } type ? null : last.Contains(tensor) ? type.Shape[1..3] : type.Shape[2..];

    private static string? Text(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.S.ToStringUtf8();

    private static long[]? Ints(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(a => a.Name == name) is { Ints.Count: > 0 } found ? [.. found.Ints] : null;
}

/// <summary>The rows, or columns, that places depend on: place p those from First + p * Step to Last + p * Step.</summary>
/// <param name="Step">From place to place, in pixels.</param>
/// <param name="First">The first of place 0; below 0 it lies in padding.</param>
/// <param name="Last">Its last.</param>
public readonly record struct FieldAxis(double Step, double First, double Last)
{
    /// <summary>Gets the middle of what a place depends on, in pixels; whole numbers are their centres.</summary>
    public double Centre(double place) => ((First + Last) / 2) + (place * Step);

    internal FieldAxis? With(FieldAxis other) =>
        Step == other.Step ? new(Step, Math.Min(First, other.First), Math.Max(Last, other.Last)) : null;

    internal (int From, int To) Span(int place, int size) => (
        (int)Math.Clamp(Math.Floor(First + (place * Step)), 0, size - 1), (int)Math.Clamp(Math.Ceiling(Last + (place * Step)) + 1, 1,
            size));
}
