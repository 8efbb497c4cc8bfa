using SaliencyCluster.Autodiff.Tests.Goldens;

namespace SaliencyCluster.Autodiff.Tests.Maps;

/// <summary>Class activation maps against their formulas, computed here from the layer's activation and gradient.</summary>
public class ClassActivationTests
{
    private const int Channels = 2;
    private const int Area = 4;

    // relu1 of the golden network: gradient rows of fc, activation of the convolution.
    private static readonly double[] _gradient = Explain.Map(
        OneConvNet.Read(), new() { ImageShape = OneConvNet.Shape, Layer = "relu1" }, OneConvNet.Image, 0);

    private static readonly double[] _activation = [0, 4, 31, 40, 0, 0, 6, 15];

    [Fact]
    public void Gradient_of_a_layer_is_that_of_the_layers_tensor() => Assert.Equal([1, 1, 1, 1, 1, -1, -1, -1], _gradient);

    [Fact]
    public void Layer_cam_weighs_each_element_by_its_rectified_gradient() => Assert.Equal(
        Sum((c, i) => Math.Max(0, Gradient(c, i)) * Activation(c, i)), Map(PointMap.LayerCam), Close);

    [Fact]
    public void Grad_cam_plus_plus_weighs_channels_by_the_closed_form() => Assert.Equal(
        Sum((c, i) => PlusPlusWeight(c) * Activation(c, i)), Map(PointMap.GradCamPlusPlus), Close);

    [Fact]
    public void Hires_cam_weighs_each_element_by_its_gradient() => Assert.Equal(
        Sum((c, i) => Gradient(c, i) * Activation(c, i)), Map(PointMap.HiResCam), Close);

    [Fact]
    public void Xgrad_cam_weighs_channels_by_gradients_where_they_are_active() => Assert.Equal(
        Sum((c, i) => Enumerable.Range(0, Area).Sum(k => Gradient(c, k) * Activation(c, k))
            / (Enumerable.Range(0, Area).Sum(k => Activation(c, k)) + 1e-7) * Activation(c, i)), Map(PointMap.XGradCam), Close);

    [Fact]
    public void A_layer_comes_out_as_it_is_and_times_its_gradient()
    {
        Assert.Equal(_activation, Map(PointMap.Activation), Close);
        Assert.Equal(_activation.Zip(_gradient, (a, g) => a * g), Map(PointMap.ActivationTimesGradient), Close);
    }

    private static double PlusPlusWeight(int c)
    {
        var total = Enumerable.Range(0, Area).Sum(i => Activation(c, i));
        return Enumerable.Range(0, Area).Sum(i =>
        {
            var g = Gradient(c, i);
            var below = (2 * g * g) + (total * g * g * g);
            return g * g / (below == 0 ? 1 : below) * Math.Max(0, g);
        });
    }

    private static double Gradient(int c, int i) => _gradient[(c * Area) + i];

    private static double Activation(int c, int i) => _activation[(c * Area) + i];

    private static double[] Sum(Func<int, int, double> value) =>
        [.. Enumerable.Range(0, Area).Select(i => Enumerable.Range(0, Channels).Sum(c => value(c, i)))];

    private static double[] Map(PointMap map) =>
        Explain.Map(OneConvNet.Read(), new() { ImageShape = OneConvNet.Shape, Map = map, Layer = "relu1" }, OneConvNet.Image, 0);

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-4;
}
