using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Goldens;

/// <summary>Values that Captum's own tests hold (BasicModel_ConvNet_One_Conv), and those of its tutorial on distributed attribution.</summary>
public sealed class CaptumValueTests
{
    private static readonly LocalModel OneConvolution = Of(new ModelBuilder()
        .Input("x", -1, 1, 4, 4)
        .Weight("w", [2, 1, 3, 3], [.. Enumerable.Repeat(1f, 18)])
        .Weight("b", [2], -50, -75)
        .Weight("fc", [4, 8], [.. Enumerable.Range(0, 32).Select(i => i % 8 < 5 ? 1f : -1f)])
        .Weight("zero", [4], 0, 0, 0, 0)
        .Node("Conv", "x w b", "conv1")
        .Node("Relu", "conv1", "relu1")
        .Node("Flatten", "relu1", "flat")
        .Node("Gemm", "flat fc zero", "gemm", ("transB", 1))
        .Node("Relu", "gemm", "y")
        .Output("y", -1, 4));

    private static readonly LocalModel Toy = Of(new ModelBuilder()
        .Input("x", -1, 3)
        .Weight("w", [4, 3], [.. Enumerable.Repeat(1f, 12)])
        .Weight("b", [4], -10, 1, 1, 1)
        .Node("Gemm", "x w b", "gemm", ("transB", 1))
        .Node("Relu", "gemm", "y")
        .Output("y", -1, 4));

    private static readonly Tensor Image = new([1, 4, 4], [.. Enumerable.Range(0, 16).Select(i => (float)i)]);

    [Theory]
    [InlineData("grad-cam", "conv1", new[] { 11.25f, 13.5f, 20.25f, 22.5f })]
    [InlineData("grad-cam", "relu1", new[] { 0f, 4, 28, 32.5f })]
    [InlineData("guided-backprop", null, new[] { 0f, 1, 1, 1, 1, 3, 3, 2, 1, 3, 3, 2, 1, 2, 2, 1 })]
    [InlineData("deconvolution", null, new[] { 2f, 3, 3, 1, 3, 5, 5, 2, 3, 5, 5, 2, 1, 2, 2, 1 })]
    [InlineData("guided-grad-cam", "relu1", new[] { 0f, 0, 4, 4, 0, 0, 12, 8, 28, 84, 97.5f, 65, 28, 56, 65, 32.5f })]
    public async Task Maps_are_those_of_captums_tests(string method, string? layer, float[] expected)
    {
        var result = await Explain(OneConvolution, new() { Method = method, Layer = layer, Target = "0" }, Image);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], result.Data[i], 1e-4f);
    }

    [Fact]
    public async Task The_gradient_of_a_layer_is_that_of_its_output()
    {
        var map = await Explain(OneConvolution, new() { Method = "gradient", Layer = "relu1", Target = "0" }, Image);
        Assert.Equal([2, 2, 2], map.Shape);
        Assert.Equal([1, 1, 1, 1, 1, -1, -1, -1], map.Data);
    }

    [Fact]
    public async Task Integrated_gradients_are_those_of_captums_tutorial()
    {
        float[][] expected = [[0, 0, 0], [0.4813f, 0.6417f, 0.8021f], [3.1865f, 3.7176f, 4.2487f], [5.8774f, 6.5305f, 7.1835f]];
        for (var row = 0; row < 4; row++)
        {
            var image = new Tensor([3], [3 * row, 3 * row + 1, 3 * row + 2]);
            var map = await Explain(Toy, new() { Method = "integrated-gradients", Rule = "gausslegendre", Steps = 50, Target = "0" }, image);
            for (var i = 0; i < 3; i++) Assert.Equal(expected[row][i], map.Data[i], 1e-4f);
        }
    }

    private static async Task<Tensor> Explain(LocalModel model, ExplanationRequest request, Tensor image)
    {
        await using var engine = new LocalEngine();
        return (await engine.ExplainAsync(model, request, image, 0, TestContext.Current.CancellationToken)).Estimate.Map;
    }

    private static LocalModel Of(ModelBuilder builder)
    {
        var model = ModelReader.Read(builder.ToBytes(), "test");
        return new(model, ModelSummary.Of(model), []);
    }
}
