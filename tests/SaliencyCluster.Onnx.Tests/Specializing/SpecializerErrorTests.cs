using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Specializing;

public class SpecializerErrorTests
{
    public sealed record Failure(string Name, string Code, string What, long[] Image, Func<ModelBuilder> Model)
    {
        public override string ToString() => Name;
    }

    private static readonly Failure[] Failures =
    [
        new("an If that depends on the image", "SAL1012",
            "'bad.onnx' has control flow that cannot be resolved before the run, at If node 'If_2': its condition 'condition' depends on the image.", [1, 2],
            () => new ModelBuilder().Input("x", -1, 2).Weight("w", [1], 0).Node("ReduceMax", "x", "m").Node("Greater", "m w", "condition")
                .Node("If", "condition", "y", ("then_branch", Inner("x")), ("else_branch", Inner("m"))).Output("y", -1, 2)),
        new("a loop whose body does not fit", "SAL1016",
            "'bad.onnx' has a malformed node, Loop node 'Loop_0': its body has 0 inputs and 1 outputs, which do not fit 1 values that go from step to step.", [1, 2],
            () => new ModelBuilder().Input("x", -1, 2).Longs("n", 3).Node("Loop", "n _ x", "y", ("body", Inner("x"))).Output("y", -1, 2)),
        new("another image size", "SAL1013", "'bad.onnx' declares input 'x' as Float[N,3]; [1,4] does not fit.", [1, 4],
            () => new ModelBuilder().Input("x", -1, 3).Node("Relu", "x", "y").Output("y", -1, 3)),
        new("another rank", "SAL1013", "'bad.onnx' declares input 'x' as Float[N,3]; [3] does not fit.", [3],
            () => new ModelBuilder().Input("x", -1, 3).Node("Relu", "x", "y").Output("y", -1, 3)),
        new("shapes that do not broadcast", "SAL1014",
            "'bad.onnx' does not fit together at Add node 'Add_0': shapes [1,3] and [2] do not broadcast; its inputs are 'x' Float[1,3], 'w' Float[2].", [1, 3],
            () => new ModelBuilder().Input("x", -1, 3).Weight("w", [2], 1, 2).Node("Add", "x w", "y").Output("y", -1, 3)),
        new("a window larger than the image", "SAL1014",
            "'bad.onnx' does not fit together at MaxPool node 'MaxPool_0': a window of 3 (dilation 1) is larger than the padded input of 2; its inputs are 'x' Float[1,1,2,2].", [1, 1, 2, 2],
            () => new ModelBuilder().Input("x", -1, 1, -1, -1).Node("MaxPool", "x", "y", ("kernel_shape", new long[] { 3, 3 }))
                .Output("y", -1, 1, -1, -1)),
        new("a known index beyond the end", "SAL1014",
            "'bad.onnx' does not fit together at Gather node 'Gather_0': an index is beyond the 3 elements along axis 1; its inputs are 'x' Float[1,3], 'i' Int64[2].", [1, 3],
            () => new ModelBuilder().Input("x", -1, 3).Longs("i", -3, 3).Node("Gather", "x i", "y", ("axis", 1)).Output("y", -1, 2)),
        new("scales for another number of channels", "SAL1014",
            "'bad.onnx' does not fit together at QuantizeLinear node 'QuantizeLinear_0': input 1 has 2 values for the 3 places of axis 1; its inputs are 'x' Float[1,3], 's' Float[2].", [1, 3],
            () => new ModelBuilder(13).Input("x", -1, 3).Weight("s", [2], 1, 2).Node("QuantizeLinear", "x s", "y").Results("y")),
        new("scales of two dimensions", "SAL1014",
            "'bad.onnx' does not fit together at QuantizeLinear node 'QuantizeLinear_0': input 1 must be one value, or one for each place of axis 1; its inputs are 'x' Float[1,3], 's' Float[1,3].", [1, 3],
            () => new ModelBuilder(13).Input("x", -1, 3).Weight("s", [1, 3], 1, 2, 3).Node("QuantizeLinear", "x s", "y").Results("y")),
        new("scales for other blocks", "SAL1014",
            "'bad.onnx' does not fit together at QuantizeLinear node 'QuantizeLinear_0': input 1 must have one value for each 2 places of axis 1: [1,2]; its inputs are 'x' Float[1,3], 's' Float[1,3].", [1, 3],
            () => new ModelBuilder(21).Input("x", -1, 3).Weight("s", [1, 3], 1, 2, 3).Node("QuantizeLinear", "x s", "y", ("block_size", 2)).Results("y")),
        new("a permutation that counts from the end", "SAL1014",
            "'bad.onnx' does not fit together at Transpose node 'Transpose_0': perm [0,-1] counts from the end, which only other operators' axes may; "
                + "its inputs are 'x' Float[1,3].", [1, 3],
            () => new ModelBuilder(13).Input("x", -1, 3).Node("Transpose", "x", "y", ("perm", new long[] { 0, -1 })).Results("y")),
        new("an instance normalisation of other channels", "SAL1014",
            "'bad.onnx' does not fit together at InstanceNormalization node 'InstanceNormalization_0': input 1 must have one value per channel; its inputs are 'x' Float[1,2,4], 's' Float[3], 's' Float[3].",
            [1, 2, 4], () => new ModelBuilder(13).Input("x", -1, 2, 4).Weight("s", [3], 1, 2, 3)
                .Node("InstanceNormalization", "x s s", "y").Results("y")),
        new("a layer normalisation whose scale does not fit", "SAL1014",
            "'bad.onnx' does not fit together at LayerNormalization node 'LayerNormalization_0': input 1 does not fit the input; its inputs are 'x' Float[1,1], 's' Float[3].", [1, 1],
            () => new ModelBuilder(17).Input("x", -1, 1).Weight("s", [3], 1, 2, 3).Node("LayerNormalization", "x s", "y").Results("y")),
        new("a division by zero", "SAL1014",
            "'bad.onnx' does not fit together at Div node 'Div_0': its constant value cannot be computed (Attempted to divide by zero.); its inputs are 'a' Int64[1], 'b' Int64[1].", [1, 2],
            () => new ModelBuilder().Input("x", -1, 2).Longs("a", 1).Longs("b", 0).Node("Div", "a b", "c")
                .Node("Reshape", "x c", "y").Output("y", -1)),
        new("a shape that depends on the image", "SAL1015",
            "'bad.onnx' has a shape that depends on the image's content, at NonZero node 'NonZero_0': input 0 ('x') must be known before the run.", [1, 2],
            () => new ModelBuilder().Input("x", -1, 2).Node("NonZero", "x", "y").Results("y")),
        new("a missing attribute", "SAL1016",
            "'bad.onnx' has a malformed node, MaxPool node 'MaxPool_0': attribute 'kernel_shape' is missing.", [1, 1, 4],
            () => new ModelBuilder().Input("x", -1, 1, 4).Node("MaxPool", "x", "y").Output("y", -1, 1, 4)),
        new("an attribute of the wrong kind", "SAL1016",
            "'bad.onnx' has a malformed node, Transpose node 'Transpose_0': attribute 'perm' is Int, not Ints.", [1, 1, 4],
            () => new ModelBuilder().Input("x", -1, 1, 4).Node("Transpose", "x", "y", ("perm", 1)).Output("y", -1, 1, 4)),
        new("a missing input", "SAL1016", "'bad.onnx' has a malformed node, Conv node 'Conv_0': input 1 is missing; it needs 2.", [1, 1, 4],
            () => new ModelBuilder().Input("x", -1, 1, 4).Node("Conv", "x", "y").Output("y", -1, 1, 4)),
        new("training mode", "SAL1016",
            "'bad.onnx' has a malformed node, Dropout node 'Dropout_0': training_mode is set; export the model in evaluation mode.", [1, 2],
            () => new ModelBuilder(13).Input("x", -1, 2).Weight("ratio", [], 0.5f)
                .Initializer("on", new(new(ElementType.Bool, []), new byte[] { 1 })).Node("Dropout", "x ratio on", "y").Output("y", -1, 2)),
        new("training mode before opset 14", "SAL1016",
            "'bad.onnx' has a malformed node, BatchNormalization node 'BatchNormalization_0': it gives statistics of training; export the model in evaluation mode.", [1, 1, 2],
            () => new ModelBuilder(13).Input("x", -1, 1, 2).Weight("s", [1], 1).Weight("b", [1], 0).Weight("m", [1], 0).Weight("v", [1], 1)
                .Node("BatchNormalization", "x s b m v", "y nm nv sm sv").Output("y", -1, 1, 2)),
        new("a fused sum of another shape", "SAL1014",
            "'bad.onnx' does not fit together at FusedConv node 'FusedConv_0': input 3 is [6] and not [2,1,1,4]; its inputs are 'x' Float[2,1,1,4], 'w' Float[1,1,1,1], absent, 'z' Float[6].", [2, 1, 1, 4],
            () => new ModelBuilder(13).Input("x", -1, 1, 1, 4).Weight("w", [1, 1, 1, 1], 2).Weight("z", [6], 1, 2, 3, 4, 5, 6)
                .Node("com.microsoft:FusedConv", "x w _ z", "y", ("activation", "Relu")).Output("y", -1, 1, 1, 4)),
        new("a zero point that is no integer", "SAL1014",
            "'bad.onnx' does not fit together at DequantizeLinear node 'DequantizeLinear_0': the zero point must be integers; its inputs are 'q' UInt8[2], 's' Float[], 'z' Float[].", [1, 2],
            () => new ModelBuilder(13).Input("x", -1, 2).Initializer("q", new(new(ElementType.UInt8, [2]), new byte[] { 1, 2 })).Weight("s", [], 0.5f).Weight("z", [], 1)
                .Node("DequantizeLinear", "q s z", "w").Node("Mul", "x w", "y").Output("y", -1, 2)),
        new("a batch that mixes images", "SAL1017",
            "'bad.onnx' is made for one image at a time, and that it could take 2 is not certain: Softmax node 'Softmax_0': it works along the axis of the images.", [2, 2],
            () => new ModelBuilder().Input("x", 1, 2).Node("Softmax", "x", "y", ("axis", 0)).Output("y", 1, 2)),
        new("a result over the limit", "SAL1002",
            "'bad.onnx' is too large: 4,000,000,000 elements in a result of Tile node 'Tile_0', where at most 268,435,456 are allowed.", [1, 4],
            () => new ModelBuilder().Input("x", -1, 4).Longs("n", 1_000, 1_000_000).Node("Tile", "x n", "y").Results("y")),
    ];

    public static TheoryData<Failure> Data => new(Failures);

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_specialised_is_refused_with_node_and_reason(Failure failure)
    {
        var error = Assert.Throws<SaliencyException>(() =>
        {
            var model = ModelReader.Read(failure.Model().ToBytes(), "bad.onnx");
            Specializer.Specialize(model, new Dictionary<string, long[]> { ["x"] = failure.Image });
        });
        Assert.Equal((failure.Code, failure.What), (error.Code, error.What));
    }

    private static GraphProto Inner(string output) => new() { Output = { new ValueInfoProto { Name = output } } };
}
