using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Nodes into which exporters write the batch of 1: what their inputs must be for the wanted batch.</summary>
internal static class BatchRepair
{
    private static readonly Dictionary<string, Func<BatchContext, IEnumerable<Repair>>> Rules = new()
    {
        ["Concat"] = Repeated,
        ["GatherElements"] = Repeated,
        ["Reshape"] = Reshape,
        ["Resize"] = Resize,
        ["ScatterElements"] = Repeated,
    };

    /// <summary>The inputs to replace, if any.</summary>
    public static IReadOnlyList<Repair> Of(BatchContext c) =>
        c.Op.Node.Domain is "" or "ai.onnx" && Rules.TryGetValue(c.Op.Node.OpType, out var rule) ? [.. rule(c)] : [];

    private static IEnumerable<Repair> Reshape(BatchContext c)
    {
        if (c.Op.Operand(0).Batch is null) yield break;
        var made = Made(c.Op);
        var wanted = BatchReshape.Wanted(c, made);
        if (made is null || !wanted.AsSpan().SequenceEqual(made)) yield return new(1, ConstantTensor.Of([wanted.Length], wanted), null);
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

    // A constant beside the images, such as a class token, is repeated for each of them where the operator would not do that itself.
    private static IEnumerable<Repair> Repeated(BatchContext c)
    {
        if (c.Op.Inputs.Select(i => i?.Batch).FirstOrDefault(a => a is not null) is not { } place) yield break;
        for (var i = 0; i < c.Op.Inputs.Count; i++)
            if (c.Op.Operand(i) is { Batch: null, VariesWithBatch: false, Constant: { } value }
                && place.Axis < value.Type.Rank && value.Type.Shape[place.Axis] % place.Outer == 0)
                yield return new(i, BatchTiles.Repeat(value, place, c.Batch), place);
    }

    private static IEnumerable<Repair> Resize(BatchContext c)
    {
        if (!c.Op.Has(3) || c.Op.Type(3).Count == 0 || c.Op.Operand(0).Batch is not { Axis: var axis }) yield break;
        var (sizes, at) = (c.Op.Longs(3), Array.IndexOf(ResizeShapes.Axes(c.Op), axis));
        if (at < 0 || at >= sizes.Length || sizes[at] != c.OutputAtOne[axis] || sizes[at] == c.Op.X.Shape[axis]) yield break;
        sizes[at] *= c.Batch;
        yield return new(3, ConstantTensor.Of([sizes.Length], sizes), null);
    }

    /// <summary>A new value for an input.</summary>
    /// <param name="Input">Which input.</param>
    /// <param name="Value">Its value for the wanted batch.</param>
    /// <param name="Place">Where the images lie in it; null where it speaks of shapes.</param>
    internal readonly record struct Repair(int Input, ConstantTensor Value, BatchPlace? Place);
}
