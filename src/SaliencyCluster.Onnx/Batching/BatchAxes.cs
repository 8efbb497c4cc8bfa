using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Batch rules that need more than one expression.</summary>
internal static class BatchAxes
{
    /// <summary>Axes from an attribute's on, as layer normalisation works.</summary>
    public static IEnumerable<int> From(BatchContext c, string attribute, long orElse)
    {
        var axis = c.Op.Axis(attribute, orElse, c.Op.X.Rank);
        return Enumerable.Range(axis, c.Op.X.Rank - axis);
    }

    /// <summary>One axis; before opset 13 all from there on.</summary>
    public static IEnumerable<int> OfSoftmax(BatchContext c) =>
        c.Op.Opset >= 13 ? [c.Op.Axis("axis", -1, c.Op.X.Rank)] : From(c, "axis", 1);

    public static int Reduced(BatchContext c, int[] axes)
    {
        var axis = BatchRule.Untouched(c, axes);
        return c.Op.Flag("keepdims", true) ? axis : axis - axes.Count(a => a < axis);
    }

    /// <summary>Scale and zero point may go along an axis, but not along that of the images.</summary>
    public static int Quantized(BatchContext c) =>
        c.Op.Type(1).Count == 1 || c.Op.Axis("axis", 1, c.Op.X.Rank) != c.Only(0) ? c.Only(0)
            : throw c.Mixed("it works along the axis of the images");

    public static int Concatenated(BatchContext c)
    {
        var axis = c.All([.. Enumerable.Range(0, c.Op.Inputs.Count)]);
        return axis != c.Op.Axis("axis", 0, c.Op.X.Rank) ? axis : throw c.Mixed("it concatenates along the axis of the images");
    }

    public static int Gathered(BatchContext c)
    {
        var (axis, indices) = (c.Op.Axis("axis", 0, c.Op.X.Rank), c.Op.Type(1).Rank);
        if (c.AxisOf(1) is { } looked)
            return c.AxisOf(0) is null ? axis + looked : throw c.Mixed("data and indices both depend on the image");
        var data = BatchRule.Untouched(c, [axis]);
        return data < axis ? data : data + indices - 1;
    }

    /// <summary>All tensors have one rank, and each element stays with its image.</summary>
    public static int Elements(BatchContext c, params int[] inputs) =>
        c.All(inputs) is var a && a != c.Op.Axis("axis", 0, c.Op.X.Rank) ? a : throw c.Mixed("it picks along the axis of the images");

    public static int Gemm(BatchContext c)
    {
        var rows = c.Op.Flag("transA") ? 1 : 0;
        if (c.AxisOf(0) != rows || c.AxisOf(1) is not null) throw c.Mixed("its images are not the rows of A");
        return c.AxisOf(2) is not { } sum || sum + 2 - c.Op.Type(2).Rank == 0 ? 0 : throw c.Mixed("its images are not the rows of C");
    }

    public static int Product(BatchContext c) => Product(c, c.AxisOf(0), c.AxisOf(1));

    /// <summary>A product of codes; what A is quantised by may go along its rows, but not where those are of images.</summary>
    public static int QuantizedProduct(BatchContext c, int b, params int[] parameters) =>
        c.AxisOf(0) is null || c.AxisOf(0) != c.Op.X.Rank - 2 || parameters.All(i => !c.Op.Has(i) || c.Op.Type(i).Count == 1)
            ? Product(c, c.AxisOf(0), c.AxisOf(b), b) : throw c.Mixed("its zero points go along the axis of the images");

    public static int QuantizedConcat(BatchContext c)
    {
        var axis = c.All([.. Enumerable.Range(0, (c.Op.Inputs.Count - 2) / 3).Select(i => 2 + (3 * i))]);
        return axis != c.Op.Axis("axis", 0, c.Op.Type(2).Rank) ? axis : throw c.Mixed("it concatenates along the axis of the images");
    }

    /// <summary>Where a recurrent layer has its images: the sequence comes first unless the layout says otherwise.</summary>
    public static BatchPlace Recurrent(BatchContext c, int output)
    {
        var last = c.Op.Flag("layout");
        Check(0, last ? 0 : 1);
        foreach (var i in new[] { 1, 2, 3, 7 })
            if (c.AxisOf(i) is not null) throw c.Mixed($"input {i} depends on the image");
        Check(4, 0);
        Check(5, last ? 0 : 1);
        Check(6, last ? 0 : 1);
        return new(last ? 0 : output == 0 ? 2 : 1, c.Outer);

        void Check(int input, int axis)
        {
            if (c.Op.Has(input) && (c.AxisOf(input) ?? throw c.Mixed($"input {input} is the same for all images")) != axis)
                throw c.Mixed($"the images of input {input} are not along axis {axis}");
        }
    }

    /// <summary>A product of matrices that are turned first.</summary>
    public static int FusedProduct(BatchContext c) => Product(c, Turned(c, 0, "A"), Turned(c, 1, "B"));

    // Where an axis is after transBatch (the first goes to the rows) and trans (the last two change places).
    private static int? Turned(BatchContext c, int input, string side)
    {
        if (c.AxisOf(input) is not { } axis || c.Op.Type(input).Rank is var rank && rank < 2) return c.AxisOf(input);
        if (c.Op.Flag("transBatch" + side) && axis < rank - 1) axis = axis == 0 ? rank - 2 : axis - 1;
        return c.Op.Flag("trans" + side) && axis >= rank - 2 ? (2 * rank) - 3 - axis : axis;
    }

    private static int Product(BatchContext c, int? a, int? b, int inputB = 1)
    {
        var (rankA, rankB, rank) = (c.Op.Type(0).Rank, c.Op.Type(inputB).Rank, c.ReferenceOutput.Length);
        // The contracted axes are the last of A and the one before the last of B.
        if (a == rankA - 1 || (b is not null && b == Math.Max(0, rankB - 2))) throw c.Mixed("it sums over the axis of the images");
        if (a is not null && b is not null) return a < rankA - 2 && b < rankB - 2
            ? c.Common([a.Value + rank - rankA, b.Value + rank - rankB]) : throw c.Mixed("it multiplies images by each other");
        if (a is not null) return a.Value + rank - rankA + (rankB == 1 ? 1 : 0);
        if (b is null) throw c.Mixed("neither matrix depends on the image");
        return b.Value == rankB - 1 ? rank - 1 : b.Value + rank - rankB + (rankA == 1 ? 1 : 0);
    }

    public static int Einsum(BatchContext c)
    {
        var equation = EinsumEquation.Of(c.Op);
        var labels = Enumerable.Range(0, equation.Inputs.Length).Where(i => c.AxisOf(i) is not null)
            .Select(i => equation.Inputs[i][c.AxisOf(i)!.Value]).Distinct().ToList();
        return labels is [var label]
            && equation.Output.IndexOf(label) is >= 0 and var axis && equation.Inputs.All(t => t.Count(l => l == label) < 2)
            ? axis : throw c.Mixed("it sums over the axis of the images");
    }

    /// <summary>Input 3 is added to the result.</summary>
    public static int FusedConvolution(BatchContext c)
    {
        var axis = c.Common(new[] { 0, 3 }.Where(i => c.AxisOf(i) is not null).Select(i => c.AxisOf(i)!.Value));
        return axis == 0 && c.AxisOf(1) is null ? 0 : throw c.Mixed("its images are not along the first axis");
    }

    public static int Skip(BatchContext c)
    {
        var axis = c.Aligned(2);
        return axis < c.Op.X.Rank - 1 && Enumerable.Range(2, Math.Max(0, c.Op.Inputs.Count - 2)).All(i => c.AxisOf(i) is null)
            ? axis : throw c.Mixed("it works along the axis of the images");
    }
}
