using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>A Softmax or Sigmoid, as one operator or written out in exponentials and quotients.</summary>
/// <param name="Kind"><c>Softmax</c> or <c>Sigmoid</c>.</param>
/// <param name="Logits">What it is applied to.</param>
internal sealed record WrittenActivation(string Kind, string Logits)
{
    /// <summary>Recognises it by the node that makes its result; null where that makes something else.</summary>
    /// <param name="model">The model.</param>
    /// <param name="makers">The node that makes each tensor.</param>
    /// <param name="node">The node.</param>
    public static WrittenActivation? Of(SpecializedGraph model, IReadOnlyDictionary<string, NodeProto> makers, NodeProto node)
    {
        if (node.OpType is "Softmax" or "Sigmoid") return new(node.OpType, node.Input[0]);
        var find = new Finder(model, makers);
        return node.OpType switch
        {
            "Reciprocal" => find.Sigmoid(node.Input[0]),
            "Div" when IsScalar(model, node.Input[0], one => one == 1) => find.Sigmoid(node.Input[1]),
            "Div" => find.Softmax(node.Input[0], node.Input[1]),
            _ => null,
        };
    }

    /// <summary>Whether a tensor is one constant number for all elements of what it is combined with.</summary>
    public static bool IsScalar(SpecializedGraph model, string tensor, Func<float, bool> isMeant) =>
        model.Constants.TryGetValue(tensor, out var known) && known.Type.Element == ElementType.Float
        && known.As<float>() is { Length: > 0 } values && values.Length == values.Count(values[0]) && isMeant(values[0]);

    private sealed class Finder(SpecializedGraph model, IReadOnlyDictionary<string, NodeProto> makers)
    {
        // 1 / (1 + exp(-x))
        public WrittenActivation? Sigmoid(string denominator)
        {
            if (Made(denominator, "Add") is not { } sum) return null;
            var (first, second) = (sum.Input[0], sum.Input[1]);
            var exponential = IsScalar(model, first, v => v == 1) ? second : IsScalar(model, second, v => v == 1) ? first : null;
            return exponential is not null && Made(exponential, "Exp") is { } exp && Made(exp.Input[0], "Neg") is { } minus
                ? new("Sigmoid", minus.Input[0]) : null;
        }

        // exp(x) / sum(exp(x)), with or without the largest x taken off
        public WrittenActivation? Softmax(string numerator, string denominator)
        {
            if (Made(numerator, "Exp") is not { } exp || Made(denominator, "ReduceSum") is not { } sum || sum.Input[0] != numerator)
                return null;
            var x = exp.Input[0];
            return Made(x, "Sub") is { } less && Made(less.Input[1], "ReduceMax") is { } most && most.Input[0] == less.Input[0]
                ? new("Softmax", less.Input[0]) : new("Softmax", x);
        }

        private NodeProto? Made(string tensor, string by) => makers.TryGetValue(tensor, out var node) && node.OpType == by ? node : null;
    }
}
