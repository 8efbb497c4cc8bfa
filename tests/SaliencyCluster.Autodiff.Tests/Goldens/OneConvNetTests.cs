namespace SaliencyCluster.Autodiff.Tests.Goldens;

/// <summary>The values that Captum's own tests expect of its one-convolution network.</summary>
public class OneConvNetTests
{
    [Theory]
    [InlineData("conv1", new[] { 11.25, 13.5, 20.25, 22.5 })]
    [InlineData("last-conv", new[] { 0, 4, 28, 32.5 })]
    [InlineData("relu1", new[] { 0, 4, 28, 32.5 })]
    public void Grad_cam_equals_captum(string layer, double[] expected) =>
        Assert.Equal(expected, Map(new() { ImageShape = OneConvNet.Shape, Map = PointMap.GradCam, Layer = layer }), Close);

    [Fact]
    public void Grad_cam_takes_the_last_feature_map_by_default() =>
        Assert.Equal([0, 4, 28, 32.5], Map(new() { ImageShape = OneConvNet.Shape, Map = PointMap.GradCam }), Close);

    [Fact]
    public void Guided_backprop_equals_captum() => Assert.Equal(
        [0, 1, 1, 1, 1, 3, 3, 2, 1, 3, 3, 2, 1, 2, 2, 1],
        Map(new() { ImageShape = OneConvNet.Shape, Rules = GradientRules.GuidedBackprop }), Close);

    [Fact]
    public void Deconvolution_equals_captum() => Assert.Equal(
        [2, 3, 3, 1, 3, 5, 5, 2, 3, 5, 5, 2, 1, 2, 2, 1],
        Map(new() { ImageShape = OneConvNet.Shape, Rules = GradientRules.Deconvolution }), Close);

    [Fact]
    public void Guided_grad_cam_equals_captum() => Assert.Equal(
        [0, 0, 4, 4, 0, 0, 12, 8, 28, 84, 97.5, 65, 28, 56, 65, 32.5],
        Map(new() { ImageShape = OneConvNet.Shape, Map = PointMap.GuidedGradCam, Layer = "relu1" }), Close);

    private static double[] Map(ExplanationSpec spec) => Explain.Map(OneConvNet.Read(), spec, OneConvNet.Image, target: 0);

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-4;
}
