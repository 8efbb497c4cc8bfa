using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff;

/// <summary>Turns (model, what is asked) into one ONNX graph that runs forward and backward.</summary>
public static class ExplanationCompiler
{
    /// <summary>Compiles an explanation graph. Pure: the same arguments give the same bytes.</summary>
    /// <exception cref="SaliencyException">SAL11xx: no gradient rule, no path from image to output, unknown layer; names operator, opset, node and path.</exception>
    public static ExplanationGraph Compile(OnnxModel model, ExplanationSpec spec) =>
        throw new SaliencyException("SAL1000", "Not built yet.", "");
}
