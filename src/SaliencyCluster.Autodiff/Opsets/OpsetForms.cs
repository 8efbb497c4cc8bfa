using System.Collections.Frozen;
using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>
/// The only place that knows how operators differ between opsets: each row turns a node of any version into the form of
/// opset 18, so that rules know one form. Operators without a row have not changed in a way that matters.
/// </summary>
internal static class OpsetForms
{
    private static readonly FrozenDictionary<string, Func<ModelNode, IReadOnlyList<Value?>>> _forms =
        new Dictionary<string, Func<ModelNode, IReadOnlyList<Value?>>>(StringComparer.Ordinal)
        {
            ["Squeeze"] = AxesAsInput,                                       // an attribute before 13
            ["Unsqueeze"] = AxesAsInput,
            ["ReduceSum"] = AxesAsInput,                                     // before 13
            ["ReduceMean"] = AxesAsInput,                                    // before 18
            ["Softmax"] = n => Flattened(n),                                 // over all dimensions from the axis on before 13
            ["LogSoftmax"] = n => Flattened(n),
            ["Clip"] = Clip,                                                 // bounds are attributes before 11
            ["Pad"] = Pad,                                                   // attributes before 11, axes since 18
            ["Dropout"] = n => [n.X, .. Enumerable.Repeat<Value?>(null, n.Types.Length - 1)],
            ["Identity"] = n => [n.X],
            ["BatchNormalization"] = n => n.Emit("BatchNormalization", n.Inputs, ["spatial", "training_mode", "momentum", "is_test"]),
            ["MaxPool"] = n => n.Emit("MaxPool", n.Inputs, n.Types.Length == 1 ? ["storage_order"] : []), // it orders indices only
            ["Cast"] = n => n.Emit("Cast", n.Inputs, ["saturate"], ("to", (int)n.Y.Element)),
            ["Reshape"] = n => [n.Graph.Reshape(n.X, n.Y.Shape)],
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Appends a node of the model.</summary>
    public static IReadOnlyList<Value?> Emit(ModelNode node) =>
        _forms.TryGetValue(node.Proto.OpType, out var form) ? form(node) : node.EmitUnchanged();

    private static IReadOnlyList<Value?> AxesAsInput(ModelNode n) =>
        n.Ints("axes") is { } axes ? n.Emit(n.Proto.OpType, [n.X, n.Graph.Ints(axes)], ["axes"]) : n.EmitUnchanged();

    private static IReadOnlyList<Value?> Flattened(ModelNode n)
    {
        if (n.Opset >= 13) return n.EmitUnchanged();
        var axis = Shapes.Axis(n.Int("axis", 1), n.X.Rank);
        if (axis == n.X.Rank - 1) return n.Emit(n.Proto.OpType, n.Inputs, [], ("axis", -1));
        var flat = n.Graph.Reshape(n.X, n.X.Shape[..axis].Count(), n.X.Shape[axis..].Count());
        return [n.Graph.Reshape(n.Graph.Unary(n.Proto.OpType, flat, ("axis", -1)), n.X.Shape)];
    }

    private static IReadOnlyList<Value?> Clip(ModelNode n)
    {
        if (n.Opset >= 11) return n.EmitUnchanged();
        var low = n.Attribute("min") is { } min ? n.X.Like(min.F) : null;
        var high = n.Attribute("max") is { } max ? n.X.Like(max.F) : null;
        return n.Emit("Clip", [n.X, low, high], ["min", "max"]);
    }

    private static IReadOnlyList<Value?> Pad(ModelNode n)
    {
        var rank = n.X.Rank;
        if (n.Ints("pads") is { } old)
            return n.Emit("Pad", [n.X, n.Graph.Ints(old), n.X.Like(n.Float("value", 0))], ["pads", "value"]);
        if (n.In(3)?.Constant is not { } given || n.In(1)?.Constant is not { } some) return n.EmitUnchanged();

        var axes = given.Type.Element == Onnx.ElementType.Int32 ? [.. given.As<int>().ToArray().Select(a => (long)a)] : given.As<long>().ToArray();
        var (part, pads) = (some.As<long>().ToArray(), new long[2 * rank]);
        for (var i = 0; i < axes.Length; i++)
        {
            pads[Shapes.Axis(axes[i], rank)] = part[i];
            pads[Shapes.Axis(axes[i], rank) + rank] = part[i + axes.Length];
        }
        return n.Emit("Pad", [n.X, n.Graph.Ints(pads), n.In(2)], []);
    }
}
