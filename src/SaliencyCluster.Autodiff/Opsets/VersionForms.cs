using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>Operators whose attributes became inputs, or whose meaning changed, between opsets 7 and 18.</summary>
internal static class VersionForms
{
    public static readonly OpsetForm[] All =
    [
        OpsetForm.Of("Squeeze", AxesAsInput),   // an attribute before 13
        OpsetForm.Of("Unsqueeze", AxesAsInput),
        OpsetForm.Of("ReduceSum", AxesAsInput), // before 13
        .. from op in (string[])["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
            "ReduceLogSumExp", "ReduceSumSquare"] select OpsetForm.Of(op, AxesAsInput), // before 18
        OpsetForm.Of("Softmax", Flattened),     // over all dimensions from the axis on before 13
        OpsetForm.Of("LogSoftmax", Flattened),
        OpsetForm.Of("Hardmax", Flattened),
        OpsetForm.Of("Clip", Clip),             // bounds are attributes before 11
        OpsetForm.Of("Pad", Pad),               // attributes before 11, axes since 18
        OpsetForm.Of("Slice", Slice),           // attributes before 10
        OpsetForm.Of("Split", Split),           // sizes are an attribute before 13, num_outputs since 18
        OpsetForm.Of("TopK", n => n.Opset >= 10 ? n.EmitUnchanged() : n.Emit("TopK", [n.X, n.Graph.Ints(n.Int("k", 1))], ["k"])),
        OpsetForm.Of("Scatter", n => n.Emit("ScatterElements", n.Inputs, [])), // its name before 11
        OpsetForm.Of("Dropout", n => [n.X, .. Enumerable.Repeat<Value?>(null, n.Types.Length - 1)]),
        OpsetForm.Of("Identity", n => [n.X]),
        OpsetForm.Of("BatchNormalization", n => n.Emit("BatchNormalization", n.Inputs, ["spatial", "training_mode", "momentum", "is_test"])),
        OpsetForm.Of("MaxPool", n => n.Emit("MaxPool", n.Inputs, n.Types.Length == 1 ? ["storage_order"] : [])), // it orders indices only
        OpsetForm.Of("AveragePool", AveragePool), // dilations since 19
        OpsetForm.Of("Cast", n => n.Emit("Cast", n.Inputs, ["saturate", "round_mode"], ("to", (int)n.Y.Element))),
        OpsetForm.Of("CastLike", n => n.Emit("Cast", [n.X], ["saturate", "round_mode"], ("to", (int)n.Y.Element))),
        OpsetForm.Of("Reshape", n => [n.Graph.Reshape(n.X, n.Y.Shape)]),
        OpsetForm.Of("DequantizeLinear", Blocked), // scales of blocks since 21
        OpsetForm.Of("QuantizeLinear", Quantized), // the type as an attribute since 21
        OpsetForm.Of("LayerNormalization", n => n.Emit("LayerNormalization", n.Inputs, ["stash_type"])),
    ];

    private static IReadOnlyList<Value?> AxesAsInput(ModelNode n) =>
        n.Ints("axes") is { } axes ? n.Emit(n.Proto.OpType, [n.X, n.Graph.Ints(axes)], ["axes"]) : n.EmitUnchanged();

    // [.., blocks * block, ..] as [.., blocks, block, ..], with a scale for each of the blocks.
    private static IReadOnlyList<Value?> Blocked(ModelNode n)
    {
        if (n.Int("block_size", 0) is not (> 0 and var block)) return n.Emit("DequantizeLinear", n.Inputs, ["block_size", "output_dtype"]);
        var axis = Shapes.Axis(n.Int("axis", 1), n.X.Rank);
        if (n.X.Shape[axis] % block != 0) throw Errors.NoForm(n.Proto.OpType, n.Proto.Name, "its last block is not full");
        var blocks = n.X.Shape[axis] / block;
        long[] apart = [.. n.X.Shape[..axis], blocks, block, .. n.X.Shape[(axis + 1)..]], one = [.. apart];
        one[axis + 1] = 1;
        var real = n.Graph.Reshape(n.Graph.Cast(n.X, n.Compute), apart);
        if (n.In(2) is { } zero) real -= n.Graph.Reshape(n.Graph.Cast(zero, n.Compute), one);
        return [n.Graph.Reshape(real * n.Graph.Reshape(n.In(1)!, one), n.X.Shape)];
    }

    private static IReadOnlyList<Value?> Quantized(ModelNode n)
    {
        if (n.Int("block_size", 0) > 0 && n.In(1)!.Shape.Count() > 1) throw Errors.NoForm("QuantizeLinear", n.Proto.Name,
            "it has a scale for each block of places");
        var zero = n.In(2) ?? (n.Y.Element == ElementType.UInt8 ? null : Zeros(n, n.In(1)!.Shape));
        return n.Emit("QuantizeLinear", [n.X, n.In(1), zero], ["block_size", "output_dtype", "saturate", "precision"]);
    }

    private static Value Zeros(ModelNode n, long[] shape) =>
        n.Graph.Constant(new(new(n.Y.Element, shape), new byte[shape.Count() * n.Y.Element.Size()]));

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
        if (n.In(1)?.Constant is not { } given) return n.EmitUnchanged();

        var part = Constants.Longs(given);
        var axes = n.In(3)?.Constant is { } some ? Constants.Longs(some) : [.. Shapes.Range(0, rank).Select(i => (long)i)];
        var pads = new long[2 * rank];
        for (var i = 0; i < axes.Length; i++)
        {
            pads[Shapes.Axis(axes[i], rank)] = part[i];
            pads[Shapes.Axis(axes[i], rank) + rank] = part[i + axes.Length];
        }
        if (n.Text("mode", "constant") == "wrap") return [Rules.ShapeRules.Mirrored(n.Graph, n.X, pads, "wrap")]; // since 19
        return n.Emit("Pad", [n.X, n.Graph.Ints(pads), n.In(2)], []);
    }

    private static IReadOnlyList<Value?> Slice(ModelNode n)
    {
        if (n.Opset >= 10) return n.EmitUnchanged();
        var axes = n.Ints("axes") ?? [.. Enumerable.Range(0, n.Ints("starts")!.Length).Select(i => (long)i)];
        return n.Emit("Slice", [n.X, n.Graph.Ints(n.Ints("starts")!), n.Graph.Ints(n.Ints("ends")!), n.Graph.Ints(axes)], ["starts", "ends", "axes"]);
    }

    private static IReadOnlyList<Value?> Split(ModelNode n)
    {
        // An output without a name has no type; where a gradient passes, the rule of the operator refuses it by name.
        if (n.Types.Any(t => t is null)) return n.EmitUnchanged();
        var axis = Shapes.Axis(n.Int("axis", 0), n.X.Rank);
        return n.Emit("Split", [n.X, n.Graph.Ints([.. n.Types.Select(t => t!.Shape[axis])])], ["split", "num_outputs"]);
    }

    private static IReadOnlyList<Value?> AveragePool(ModelNode n)
    {
        if (n.Ints("dilations") is not { } dilations || dilations.All(d => d == 1)) return n.Emit("AveragePool", n.Inputs, ["dilations"]);
        var window = Window.Of(n.Attribute, n.Ints("kernel_shape")!, n.X.Shape[2..], n.Y.Shape[2..]);
        var y = n.X;
        for (var i = 0; i < window.Kernel.Length; i++)
        {
            var averages = PoolMatrix.Averages(n.Graph, window, i, n.X.Shape[i + 2], n.Y.Shape[i + 2], n.Int("count_include_pad", 0) != 0);
            y = n.Graph.Along(y, i + 2, GraphBuilder.Transposed(averages));
        }
        return [y];
    }
}
