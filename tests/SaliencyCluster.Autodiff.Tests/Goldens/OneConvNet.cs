using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Goldens;

/// <summary>Captum's <c>BasicModel_ConvNet_One_Conv</c>: conv 1 to 2, 3x3, weights 1, bias (-50, -75); ReLU; fc 8 to 4; ReLU.</summary>
internal static class OneConvNet
{
    public static readonly double[] Image = [.. Enumerable.Range(0, 16).Select(i => (double)i)];

    public static readonly long[] Shape = [1, 4, 4];

    public static OnnxModel Read(int opset = 13)
    {
        float[] row = [1, 1, 1, 1, 1, -1, -1, -1];
        return Explain.Read(new ModelBuilder(opset)
            .Input("x", -1, 1, 4, 4)
            .Weight("w", [2, 1, 3, 3], [.. Enumerable.Repeat(1f, 18)]).Weight("b", [2], -50, -75)
            .Weight("fc", [4, 8], [.. row, .. row, .. row, .. row]).Weight("zero", [4], 0, 0, 0, 0)
            .Node("Conv", "x w b", "conv1").Node("Relu", "conv1", "relu1").Node("Flatten", "relu1", "flat")
            .Node("Gemm", "flat fc zero", "linear", ("transB", 1)).Node("Relu", "linear", "y")
            .Output("y", -1, 4));
    }
}
