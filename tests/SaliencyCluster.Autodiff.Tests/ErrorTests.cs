using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests;

/// <summary>The exact texts of the errors of this project.</summary>
public class ErrorTests
{
    [Fact]
    public void All_nodes_without_a_rule_are_named_with_their_paths()
    {
        var model = Explain.Read(new ModelBuilder(17).Input("x", 1, 2, 2)
            .Node("Det", "x", "a").Node("Relu", "x", "r").Node("Det", "r", "b").Node("Add", "a b", "y").Output("y", 1));
        Assert.Equal(
            """
            SAL1101: Model 'test' has 2 operators without a gradient rule on the way from 'x' to 'y':
              - operator 'Det' (opset 17) at node 'Det_0' (the gradient is the inverse matrix, which ONNX has no operator for; path: x -> Det_0 -> Add_3 -> y)
              - operator 'Det' (opset 17) at node 'Det_2' (the gradient is the inverse matrix, which ONNX has no operator for; path: x -> Relu_1 -> Det_2 -> Add_3 -> y)
             Choose a method that needs no gradient (occlusion, rise), a layer after these nodes, or add a row to VjpRuleTable.
            """,
            Message(model, new() { ImageShape = [2, 2] }));
    }

    [Fact]
    public void A_path_that_only_roundings_make_is_an_error_and_no_map_of_zeros()
    {
        var model = Explain.Read(new ModelBuilder().Input("x", 1, 3).Node("Round", "x", "y").Output("y", 1, 3));
        Assert.Equal(
            "SAL1102: In model 'test' no gradient reaches 'x' from 'y': every way between them passes an operator whose gradient "
            + "is zero (rounding, comparison, ArgMax, a cast to integers), or there is none. Explain another output (scores before "
            + "ArgMax), or choose a layer on the way; 'saliency models show' lists them.",
            Message(model, new() { ImageShape = [3] }));
    }

    [Theory]
    [InlineData("_ m")]
    [InlineData("n m")]
    public void A_gradient_that_arrives_at_a_further_output_is_not_dropped(string outputs)
    {
        var model = Explain.Read(new ModelBuilder(17).Input("x", 1, 3).Weight("s", [3], 1, 2, 3).Weight("b", [3], 0, 0, 1)
            .Node("LayerNormalization", "x s b", outputs).Node("Tanh", "m", "y").Output("y", 1, 1));
        Assert.Contains("(no rule for its output 1; path: x -> LayerNormalization_0 -> Tanh_1 -> y)", Message(model, new() { ImageShape = [3] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_of_a_split_without_a_name_are_refused()
    {
        var model = Explain.Read(new ModelBuilder(13).Input("x", 1, 4).Longs("sizes", 1, 3)
            .Node("Split", "x sizes", "_ y", ("axis", 1)).Output("y", 1, 3));
        Assert.Contains("an output without a name", Message(model, new() { ImageShape = [4] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nearest", 60_000)]
    [InlineData("linear", 60_000)]
    public void A_resize_that_would_be_too_large_a_matrix_is_refused_with_its_node(string mode, long size)
    {
        var model = Explain.Read(new ModelBuilder(13).Input("x", 1, 1, 1, 3000).Longs("sizes", 1, 1, 1, size)
            .Node("Resize", "x _ _ sizes", "big", ("mode", mode))
                .Node("ReduceMax", "big", "y", ("axes", new long[] { 2, 3 }), ("keepdims", 0)).Output("y", 1, 1));
        var message = Message(model, new() { ImageShape = [1, 1, 3000] });
        Assert.StartsWith($"SAL1109: Node 'Resize_0' of model 'test' resizes, pools or pads ", message, StringComparison.Ordinal);
        Assert.Contains("Use a smaller image or model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resize_that_is_a_matrix_on_the_way_forward_is_refused_when_the_model_is_looked_at()
    {
        var model = Explain.Read(new ModelBuilder(19).Input("x", 1, 1, 1, 60_000).Longs("sizes", 1, 1, 1, 3000)
            .Node("Resize", "x _ _ sizes", "small", ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel_symmetric"))
                .Node("GlobalAveragePool", "small", "y").Output("y", 1, 1, 1, 1));
        var error = Assert.Throws<SaliencyException>(() => ModelSummary.Of(model));
        Assert.StartsWith("SAL1109: Node 'Resize_0' of model 'test' resizes, pools or pads 60000 elements to 3000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_is_asked_for_where_there_is_none_is_answered_with_the_layers_that_are() => Assert.Equal(
        "SAL1103: Model 'test' has no float tensor 'last-conv' on the way from the image to the explained output. Name one of its layers, such as 'y', or 'last-conv'.",
        Message(Explain.Read(new ModelBuilder().Input("x", 1, 3).Node("Relu", "x", "y").Output("y", 1, 3)), new() { ImageShape = [3], Map = PointMap.GradCam }));

    [Fact]
    public void An_unknown_layer_is_answered_with_known_ones() => Assert.Equal(
        "SAL1103: Model 'test' has no float tensor 'conv9' on the way from the image to the explained output. "
        + "Name one of its layers, such as 'conv1', 'relu1', or 'last-conv'.",
        Message(Goldens.OneConvNet.Read(), new() { ImageShape = [1, 4, 4], Map = PointMap.GradCam, Layer = "conv9" }));

    [Fact]
    public void A_layer_without_a_grid_has_no_class_activation_map() => Assert.Equal(
        "SAL1108: GradCam needs a layer of shape [batch, channels, height, width], but 'linear' of model 'test' is [1,4]. "
        + "Choose a convolutional layer; 'saliency models show' says on which layers Grad-CAM makes sense.",
        Message(Goldens.OneConvNet.Read(), new() { ImageShape = [1, 4, 4], Map = PointMap.GradCam, Layer = "linear" }));

    [Fact]
    public void A_micro_batch_of_zero_is_refused() => Assert.Equal(
        "SAL1105: The micro-batch is 0; it must be at least 1. Correct the explanation's settings.",
        Message(Goldens.OneConvNet.Read(), new() { ImageShape = [1, 4, 4], MicroBatch = 0 }));

    [Fact]
    public void An_unknown_output_is_answered_with_the_known_ones() => Assert.Equal(
        "SAL1106: Model 'test' has no output 'z'. Its outputs are 'y'.",
        Message(Goldens.OneConvNet.Read(), new() { ImageShape = [1, 4, 4], Output = "z" }));

    private static string Message(OnnxModel model, ExplanationSpec spec) =>
        Assert.Throws<SaliencyException>(() => ExplanationCompiler.Compile(model, spec)).Message.ReplaceLineEndings("\n");
}
