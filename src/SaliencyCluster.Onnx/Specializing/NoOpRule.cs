using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>One row: when a node's first output is its first input under another name.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Applies">Decides from the node and its output's type, which already equals the input's type.</param>
internal sealed record NoOpRule(string Op, Func<OpContext, bool> Applies)
{
    private static readonly NoOpRule[] Rules =
    [
        Always("Identity"),
        Always("Cast"),
        Always("CastLike"),
        Always("Expand"),
        Always("Flatten"),
        Always("Reshape"),
        Always("Squeeze"),
        Always("Tile"),
        Alone("Concat"),
        Alone("Max"),
        Alone("Mean"),
        Alone("Min"),
        Alone("Sum"),
        new("Dropout", InferenceDropout),
        new("Pad", c => c.Opset >= 11 ? c.Longs(1).All(p => p == 0) : c.Ints("pads").All(p => p == 0)),
        new("Slice", c => SliceSpec.Of(c).All(s => s.Step > 0 || s.Count < 2)),
        new("Transpose", c => LayoutShapes.Permutation(c).Where(p => c.X.Shape[p] != 1).SequenceEqual(
            Enumerable.Range(0, c.X.Rank).Where(i => c.X.Shape[i] != 1))),
    ];

    private static readonly Dictionary<string, NoOpRule> ByOp = Rules.ToDictionary(r => r.Op);

    /// <summary>Finds whether a node whose output type was inferred does nothing.</summary>
    public static bool IsNoOp(OpContext c, TensorType output) =>
        c.Node.Domain is "" or "ai.onnx" && ByOp.TryGetValue(c.Node.OpType, out var rule)
        && output.Element == c.X.Element && output.Shape.AsSpan().SequenceEqual(c.X.Shape) && rule.Applies(c);

    // The operators for which an output of the input's type means that nothing happened.
    private static NoOpRule Always(string op) => new(op, _ => true);

    private static NoOpRule Alone(string op) => new(op, c => c.Inputs.Count == 1);

    // Functional dropout is exported as in training even from evaluation mode; with ratio 0 (torchvision's Swin) it does nothing.
    private static bool InferenceDropout(OpContext c) =>
        !c.Has(2) || c.Constant(2).As<byte>() is [0] || (c.Has(1) && c.Number(1) == 0)
            ? true : throw c.Malformed("training_mode is set; export the model in evaluation mode");
}
