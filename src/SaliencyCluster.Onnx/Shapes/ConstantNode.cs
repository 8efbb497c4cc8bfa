namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Values that a node carries in its attributes.</summary>
internal static class ConstantNode
{
    /// <summary>The value of a Constant node, in whichever of its forms.</summary>
    public static ConstantTensor Value(OpContext c) =>
        c.TensorOrNull("value")
        ?? (c.IntOrNull("value_int") is { } i ? ConstantTensor.Of([], i) : null)
        ?? (c.IntsOrNull("value_ints") is { } ints ? ConstantTensor.Of([ints.Length], ints) : null)
        ?? (c.FloatOrNull("value_float") is { } f ? ConstantTensor.Of([], f) : null)
        ?? (c.FloatsOrNull("value_floats") is { } floats ? ConstantTensor.Of([floats.Length], floats) : null)
        ?? throw c.Malformed("it has no dense numeric value");

    /// <summary>What a ConstantOfShape node fills its output with; by default the float 0.</summary>
    public static ConstantTensor Filling(OpContext c)
    {
        var value = c.TensorOrNull("value") ?? ConstantTensor.Of([1], 0f);
        return value.Type.Count == 1 ? value : throw c.Malformed($"its value must be one element, not {value.Type}");
    }
}
