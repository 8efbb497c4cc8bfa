using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Specializing;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Nodes into which exporters write the batch: what their inputs must be for the wanted one.</summary>
internal static class BatchRepair
{
    private static readonly Dictionary<string, Func<BatchContext, IEnumerable<Repair>>> Rules = new()
    {
        ["Concat"] = Repeated,
        ["Expand"] = Expand,
        ["Flatten"] = Reshape,
        ["GatherElements"] = Repeated,
        ["GRU"] = States,
        ["Gemm"] = c => c.Op.Flag("transA") ? [] : Broadcast(c, [2], c.ReferenceOutput.Length),
        ["LSTM"] = States,
        ["MatMul"] = c => Broadcast(c, [0, 1], c.ReferenceOutput.Length - 2),
        ["Reshape"] = Reshape,
        ["Resize"] = Resize,
        ["RNN"] = States,
        ["ScatterElements"] = Repeated,
        ["Squeeze"] = Reshape,
        ["Unsqueeze"] = Reshape,
    };

    /// <summary>The inputs to replace, if any.</summary>
    public static IReadOnlyList<Repair> Of(BatchContext c)
    {
        var own = c.Op.Node.Domain is "" or "ai.onnx";
        if (own && Rules.TryGetValue(c.Op.Node.OpType, out var rule)) return [.. rule(c)];
        return BatchRuleTable.Find(c.Op.Node.Domain, c.Op.Node.OpType) is { Broadcasts: true }
            ? [.. Broadcast(c, Enumerable.Range(0, c.Op.Inputs.Count), c.ReferenceOutput.Length)] : [];
    }

    /// <summary>Whether a node keeps the order of its elements, so that a Reshape can stand in for it.</summary>
    public static bool Reshapes(NodeProto node) =>
        node.Domain is "" or "ai.onnx" && node.OpType is "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze";

    /// <summary>A Reshape to a shape in place of another node that keeps the order of elements.</summary>
    public static OpContext AsReshape(OpContext c, Operand shape) => c.WithNode(
        new NodeProto { OpType = "Reshape", Name = c.Node.Name, Output = { c.Node.Output } }, [c.Operand(0), shape]);

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
            return ShapeRuleTable.Find("", c.Node.OpType, c.Opset)!.Infer(c)[0].Shape;
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
                yield return new(i, Rescaled(c, i, value, place), place);
    }

    // A constant that is broadcast against the images and has one part for each of them, rather than one for all. Axes from the limit on
    // are no axes of images.
    private static IEnumerable<Repair> Broadcast(BatchContext c, IEnumerable<int> inputs, int limit)
    {
        var rank = c.ReferenceOutput.Length;
        var images = c.Op.Inputs.Where(i => i?.Batch is not null).Select(i => i!).FirstOrDefault();
        if (images?.Batch is not { } place || place.Axis + rank - images.Type.Rank is var axis && (axis < 0 || axis >= limit)) yield break;
        foreach (var i in inputs.Where(c.Op.Has))
        {
            if (c.Op.Operand(i) is not { Batch: null, VariesWithBatch: false, Constant: { } value }) continue;
            var own = axis - rank + value.Type.Rank;
            if (own < 0 || value.Type.Shape[own] == 1 || value.Type.Shape[own] != c.ReferenceOutput[axis]) continue;
            yield return new(i, Rescaled(c, i, value, place with { Axis = own }), place with { Axis = own });
        }
    }

    // What a recurrent layer starts from is written down for each image.
    private static IEnumerable<Repair> States(BatchContext c)
    {
        var axis = c.Op.Flag("layout") ? 0 : 1;
        foreach (var (input, place) in new[] { (4, new BatchPlace(0, 1)), (5, new(axis, 1)), (6, new(axis, 1)) })
            if (c.Op.Has(input) && c.Op.Operand(input) is { Batch: null, VariesWithBatch: false, Constant: { } value }
                && value.Type.Rank > place.Axis)
                yield return new(input, Rescaled(c, input, value, place), place);
    }

    private static ConstantTensor Rescaled(BatchContext c, int input, ConstantTensor value, BatchPlace place) =>
        BatchTiles.Rescale(value, place, c.From, c.Batch)
        ?? throw c.Mixed($"input {input} holds something else for each of {c.From} images");

    private static IEnumerable<Repair> Expand(BatchContext c)
    {
        if (c.Op.Operand(0) is not { Batch: { } place, Type: var type }
            || c.Op.Operand(1) is not { Constant: not null, VariesWithBatch: false })
            yield break;
        var sizes = c.Op.Longs(1);
        var own = place.Axis - type.Rank + sizes.Length;
        if (own < 0 || sizes[own] == 1 || sizes[own] != c.ReferenceShape(0)[place.Axis]
            || sizes[own] == type.Shape[place.Axis])
            yield break;
        sizes[own] = c.Scaled(sizes[own]);
        yield return new(1, ConstantTensor.Of([sizes.Length], sizes), null);
    }

    private static IEnumerable<Repair> Resize(BatchContext c)
    {
        if (!c.Op.Has(3) || c.Op.Type(3).Count == 0 || c.Op.Operand(0).Batch is not { Axis: var axis }) yield break;
        var (sizes, at) = (c.Op.Longs(3), Array.IndexOf(ResizeShapes.Axes(c.Op), axis));
        if (at < 0 || at >= sizes.Length || sizes[at] != c.ReferenceOutput[axis] || sizes[at] == c.Op.X.Shape[axis]) yield break;
        sizes[at] = c.Scaled(sizes[at]);
        yield return new(3, ConstantTensor.Of([sizes.Length], sizes), null);
    }

    /// <summary>A new value for an input.</summary>
    /// <param name="Input">Which input.</param>
    /// <param name="Value">Its value for the wanted batch.</param>
    /// <param name="Place">Where the images lie in it; null where it speaks of shapes.</param>
    internal readonly record struct Repair(int Input, ConstantTensor Value, BatchPlace? Place);
}
