using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>
/// Follows the batch axis through a graph, node by node, and repairs nodes that have the declared batch written into them.
/// </summary>
/// <param name="reference">The same walk at the batch that the model declares, or 1.</param>
/// <param name="from">That batch.</param>
/// <param name="batch">The wanted batch.</param>
internal sealed class BatchTracker(IReadOnlyList<VisitedNode> reference, long from, long batch)
{
    private readonly List<string> _repairs = [];
    private string? _failure;

    public BatchProof Proof => new(_failure is null, _failure ?? "", _repairs);

    /// <summary>The node with inputs that fit the batch.</summary>
    /// <param name="c">The node.</param>
    /// <param name="index">Its place in the walk.</param>
    /// <param name="add">Adds a constant to the graph.</param>
    public OpContext Repair(OpContext c, int index, Func<string, ConstantTensor, Operand> add) => Try(() =>
    {
        var replaced = BatchRepair.Of(At(c, index));
        if (replaced.Count == 0) return c;
        _repairs.Add(c.Describe());
        if (c.Node.OpType != "Reshape" && BatchRepair.Reshapes(c.Node))
            return BatchRepair.AsReshape(c, add($"{c.Node.Output[0]}_batch", replaced[0].Value));
        var inputs = c.Inputs.ToArray();
        foreach (var (input, value, place) in replaced)
            inputs[input] = add($"{c.Operand(input).Name}_batch", value) with { Batch = place };
        return c.WithInputs(inputs);
    }, c);

    /// <summary>What a node made, with the axes of the images.</summary>
    public Operand[] Track(OpContext c, int index, Operand[] results, TensorType[] types) => Try(() =>
    {
        var context = At(c, index, types[0].Shape);
        if (results.All(r => r.Constant is not null)) return [.. results.Zip(reference[index].Outputs, Constant)];
        if (!context.Concerned) return results;
        var rule = BatchRuleTable.Find(c.Node.Domain, c.Node.OpType) ?? throw context.Mixed("it is not known to keep images apart");
        var first = rule.Place(context);
        BatchPlace[] places = [.. results.Select((_, i) => rule.PlaceOf?.Invoke(context, i) ?? first)];
        for (var i = 0; i < c.Node.Output.Count; i++)
            if (c.Node.Output[i].Length > 0 && !Grows(reference[index].Outputs[i].Type.Shape, results[i].Type.Shape, places[i].Axis))
                throw context.Mixed(
                    $"its result of {reference[index].Outputs[i].Type} for {Images(from)} is {results[i].Type} for {Images(batch)}");
        return [.. results.Zip(places, (r, place) => r with { Batch = place })];
    }, results);

    /// <summary>Ends a walk: every output of the graph must have its images along its first axis.</summary>
    public void Finish(IEnumerable<Operand> outputs)
    {
        foreach (var output in outputs)
            if (output.Batch is not { Axis: 0, Outer: 1 })
                _failure ??= $"output '{ModelErrors.Short(output.Name)}' does not have the images along its first axis";
    }

    private BatchContext At(OpContext c, int index, long[]? shape = null) =>
        index < reference.Count && reference[index].Node.Output.SequenceEqual(c.Node.Output)
        ? new(c, reference[index], from, batch) { OutputShape = shape ?? [] }
        : throw new BatchMixed($"{c.Describe()}: another branch is taken than for {Images(from)}");

    private static string Images(long count) => count == 1 ? "one image" : $"{count} images";

    private Operand Constant(Operand now, Operand before)
    {
        if (before.Constant is not { } value) throw new BatchMixed($"'{now.Name}' is a constant only for this batch");
        if (BatchTiles.Equal(now.Constant!, value)) return now;
        return BatchTiles.PlaceOf(now.Constant!, value, from, batch) is { } place
            ? now with { Batch = place } : now with { VariesWithBatch = true };
    }

    private bool Grows(long[] before, long[] now, int axis) =>
        now.Length == before.Length && now.Select((d, i) => i == axis ? d * from == before[i] * batch : d == before[i]).All(same => same);

    // After the first failure the walk goes on without the proof: the graph may still be what its author wanted.
    private T Try<T>(Func<T> step, T orElse)
    {
        if (_failure is not null) return orElse;
        try
        {
            return step();
        }
        catch (BatchMixed e)
        {
            _failure = e.Message;
            return orElse;
        }
    }
}
