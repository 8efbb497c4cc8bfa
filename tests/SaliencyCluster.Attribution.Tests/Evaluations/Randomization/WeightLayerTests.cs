using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Randomization;

public sealed class WeightLayerTests
{
    [Fact]
    public void A_convolutional_network_lists_its_layers_from_image_to_output() =>
        Assert.Equal(["/conv1/Conv", "/conv2/Conv", "/fc1/Gemm", "/fc2/Gemm"], LayersOf("mnist-cnn").Select(l => l.Name));

    [Fact]
    public void A_residual_network_lists_its_shortcuts_where_the_graph_computes_them()
    {
        var layers = LayersOf("bears-clean");
        Assert.Equal(10, layers.Count);
        Assert.Equal("/layer2/sc/sc.0/Conv", layers[5].Name);
        Assert.Equal(["onnx::Conv_105", "onnx::Conv_106"], layers[5].Parameters.Select(p => p.Tensor));
    }

    [Fact]
    public void Fan_in_counts_the_inputs_that_an_output_sums()
    {
        var layers = LayersOf("mnist-cnn");
        Assert.Equal([25, 800, 3136, 128], layers.Select(l => l.Parameters[0].FanIn));
        Assert.Equal([25, 800, 3136, 128], layers.Select(l => l.Parameters[1].FanIn));
    }

    [Fact]
    public void Transposed_products_with_a_separate_bias_are_linear_layers()
    {
        var model = Read(new ModelBuilder().Input("x", -1, 3).Weight("w", [2, 3], 1, 2, 3, 4, 5, 6).Weight("b", [2], 1, 2)
            .Node("Transpose", "w", "wt", ("perm", new long[] { 1, 0 })).Node("MatMul", "x wt", "p")
                .Node("Add", "p b", "y").Output("y", -1, 2));
        var layer = Assert.Single(WeightLayers.Of(model));
        Assert.Equal([new("w", ParameterRole.Weight, 3, 6), new("b", ParameterRole.Bias, 3, 2)], layer.Parameters);
    }

    [Fact]
    public void A_shared_tensor_belongs_to_the_first_layer_that_uses_it()
    {
        var model = Read(new ModelBuilder().Input("x", -1, 2).Weight("w", [2, 2], 1, 2, 3, 4)
            .Node("MatMul", "x w", "h").Node("MatMul", "h w", "y").Output("y", -1, 2));
        Assert.Equal("MatMul_0", Assert.Single(WeightLayers.Of(model)).Name);
    }

    [Fact]
    public void Cascades_grow_from_either_end_and_independent_stages_do_not_grow()
    {
        var layers = LayersOf("mnist-mlp");
        string[][] Stages(LayerOrder order) => [.. RandomizationStage.Of(layers, order).Select(s => s.Layers.ToArray())];
        const string first = "/fc1/Gemm", second = "/fc2/Gemm", third = "/fc3/Gemm";
        Assert.Equal([[third], [second, third], [first, second, third]], Stages(LayerOrder.CascadingFromOutput));
        Assert.Equal([[first], [first, second], [first, second, third]], Stages(LayerOrder.CascadingFromInput));
        Assert.Equal([[third], [second], [first]], Stages(LayerOrder.Independent));
    }

    private static IReadOnlyList<WeightLayer> LayersOf(string name) => WeightLayers.Of(ModelReader.ReadFile(Repo.Model(name)));

    private static OnnxModel Read(ModelBuilder builder) => ModelReader.Read(builder.ToBytes(), "test.onnx");
}
