using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Polyphase;

/// <summary>A mask <c>Clip(of * weight + bias, 0, 1)</c> in the form that <see cref="GraphBuilder.KeepWherePositive"/> writes.</summary>
internal sealed record Mask(Value Of, double Weight, double Bias)
{
    private static readonly double _positive = Math.Pow(2, 127);

    /// <summary>Gets whether it is 1 where the tensor is positive, else 0.</summary>
    public bool IsPositive => Weight == _positive && Bias == 0;

    public static Mask? Find(Value mask)
    {
        if (mask.Producer is not { Op: "Clip" } clip || clip.Inputs[0]!.Producer is not { Op: "Conv" } conv) return null;
        if (clip.Inputs.Count < 3 || Scalar(clip.Inputs[1]) != 0 || Scalar(clip.Inputs[2]) != 1) return null;
        var isPointwise = conv.Inputs[1] is { Shape: [_, 1, 1, 1] } && conv.Int("group", 1) == conv.Inputs[0]!.Shape[1] && conv.Outputs[0]!.Shape[2] == conv.Inputs[0]!.Shape[2];
        var (weight, bias) = (Scalar(conv.Inputs[1]), conv.Inputs.Count > 2 ? Scalar(conv.Inputs[2]) : 0);
        return isPointwise && weight is { } w && bias is { } b ? new(conv.Inputs[0]!, w, b) : null;
    }

    /// <summary>The phase of the mask at a row and column, from the whole tensor.</summary>
    public Value Phase(Value of, int row, int column) => of.Graph.Clip(Depthwise.Pick(of, row, column, Weight, Bias), 0, 1);

    // The one value that all elements of a constant have.
    private static double? Scalar(Value? value)
    {
        if (value?.Constant is not { Type.Element: Onnx.ElementType.Float } constant) return null;
        var all = constant.As<float>();
        return all.Length > 0 && all.IndexOfAnyExcept(all[0]) < 0 ? all[0] : null;
    }
}
