using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>
/// Bounds the memory and time of folding: a few hundred bytes of file can ask for gigabytes of constants.
/// What is over the budget stays a node, which is always right, only slower.
/// </summary>
internal sealed class FoldBudget(OnnxModel model)
{
    // Room for every chain of weight rearrangements of a real model, and for constants made from nothing.
    private long _left = 16L * model.Proto.CalculateSize() + (64L << 20);

    public bool Allows(OpContext c, TensorType[] types)
    {
        foreach (var type in types.Concat(c.Inputs.Where(i => i?.Constant is not null).Select(i => i!.Type)))
        {
            // Whatever its type, an element takes about as long and as much working memory as a double.
            var cost = Limits.Multiply(Limits.Count(type.Shape), Math.Max(8, type.Element.Size()));
            if (cost > _left) return false;
            _left -= cost;
        }
        return true;
    }
}
