using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Nodes into which exporters write the batch of 1: what their inputs must be for the wanted batch.</summary>
internal static class BatchRepair
{
    private static readonly Dictionary<string, Func<BatchContext, IEnumerable<(int Input, ConstantTensor Value)>>> Rules = new()
    {
        ["Concat"] = Concat,
        ["Reshape"] = Reshape,
        ["Resize"] = Resize,
    };

    /// <summary>The inputs to replace, if any.</summary>
    public static IReadOnlyList<(int Input, ConstantTensor Value)> Of(BatchContext c) =>
        c.Op.Node.Domain is "" or "ai.onnx" && Rules.TryGetValue(c.Op.Node.OpType, out var rule) ? [.. rule(c)] : [];

    private static IEnumerable<(int, ConstantTensor)> Reshape(BatchContext c)
    {
        if (c.Op.Operand(0).BatchAxis is null) yield break;
        var made = Made(c.Op);
        var wanted = BatchReshape.Wanted(c, made);
        if (made is null || !wanted.AsSpan().SequenceEqual(made)) yield return (1, ConstantTensor.Of([wanted.Length], wanted));
    }

    private static long[]? Made(OpContext c)
    {
        try
        {
            return ShapeRuleTable.Find("", "Reshape", c.Opset)!.Infer(c)[0].Shape;
        }
        catch (SaliencyException)
        {
            return null; // the written target does not fit this batch, which is what is to be repaired
        }
    }

    // A constant beside the images, such as a class token, is repeated for each of them.
    private static IEnumerable<(int, ConstantTensor)> Concat(BatchContext c)
    {
        if (c.Op.Inputs.Select(i => i?.BatchAxis).FirstOrDefault(a => a is not null) is not { } axis) yield break;
        for (var i = 0; i < c.Op.Inputs.Count; i++)
            if (c.Op.Operand(i) is { BatchAxis: null, VariesWithBatch: false, Constant: { } value } && axis < value.Type.Rank)
                yield return (i, BatchTiles.Repeat(value, axis, c.Batch));
    }

    private static IEnumerable<(int, ConstantTensor)> Resize(BatchContext c)
    {
        if (!c.Op.Has(3) || c.Op.Type(3).Count == 0 || c.Op.Operand(0).BatchAxis is not { } axis) yield break;
        var (sizes, at) = (c.Op.Longs(3), Array.IndexOf(ResizeShapes.Axes(c.Op), axis));
        if (at < 0 || at >= sizes.Length || sizes[at] != c.OutputAtOne[axis] || sizes[at] == c.Op.X.Shape[axis]) yield break;
        sizes[at] *= c.Batch;
        yield return (3, ConstantTensor.Of([sizes.Length], sizes));
    }
}
