using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.TestKit.OldOpsets;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.OldOpsets;

/// <summary>A whole network as Caffe2, MXNet and Core ML wrote them, and the same one in opset 13, which ONNX Runtime runs.</summary>
public class OldNetworkTests
{
    private static readonly long[] _image = [3, 12, 12];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void An_old_network_is_its_twin_of_opset_13(int opset)
    {
        var (old, twin) = (Explain.Read(OldNetwork.Of(opset)), OldNetwork.Twin());
        var x = Draw.Any.Values(3 * 12 * 12, new Random(3));
        using var runtime = new OrtModel(twin.ToBytes());
        var expected = runtime.Run(("x", x))["p"];

        var forward = ExplanationCompiler.Compile(old, new() { ImageShape = _image, Map = PointMap.None, Probability = true });
        using var session = new OrtModel(forward.Model);
        Assert.InRange(Numbers.RelativeError(session.Run(("point", x), ("output_gradient", new double[5]))["output"], expected), 0, 1e-5);
        foreach (var map in (PointMap[])[PointMap.Gradient, PointMap.FullGradient])
        {
            var spec = new ExplanationSpec { ImageShape = _image, Map = map };
            Assert.InRange(Numbers.RelativeError(Explain.Map(old, spec, x, 2), Explain.Map(Explain.Read(twin), spec, x, 2)), 0, 1e-4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Images_of_a_batch_are_explained_together(int opset) =>
        Assert.True(Onnx.Specializer.ProveBatch(Explain.Read(OldNetwork.Of(opset)), _image).Holds);
}
