using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Checking;

public class RefusalTests
{
    private static readonly Refusal[] Refusals =
    [
        new("an empty file", "SAL1001", "'bad.onnx' is not an ONNX model: it is empty.", () => []),
        new("a cut-off file", "SAL1001", "'bad.onnx' is not an ONNX model: at byte 4 there is a field of 5 bytes where 3 are left.",
            () => Good().ToBytes()[..7]),
        new("random bytes", "SAL1001", "'bad.onnx' is not an ONNX model: at byte 2 there is an unknown kind of field.",
            () => [0xFF, 0x13, 0x37, 0, 1, 2, 3]),
        new("a picture", "SAL1001", "'bad.onnx' is not an ONNX model: at byte 3 there is a field of 80 bytes where 6 are left.",
            () => [0x8A, 0x50, 0x50, 1, 2, 3, 4, 5, 6]),
        new("text", "SAL1001", "'bad.onnx' is not an ONNX model: at byte 1 there is an unknown kind of field.",
            () => "Not Found"u8.ToArray()),
        new("no graph", "SAL1001", "'bad.onnx' is not an ONNX model: it holds no graph with nodes.",
            () => new ModelProto { IrVersion = 8 }.ToByteArray()),
        new("no output", "SAL1001", "'bad.onnx' is not an ONNX model: its graph has no output.",
            () => new ModelBuilder().Input("x", 1, 2).Node("Relu", "x", "y")),
        new("an initializer without a name", "SAL1001", "'bad.onnx' is not an ONNX model: an initializer has no name.",
            () => new ModelBuilder().Input("x", 1, 2).Weight("", [1], 1).Node("Relu", "x", "y").Output("y", 1, 2)),
        new("an output without a name", "SAL1001", "'bad.onnx' is not an ONNX model: an output of its graph has no name.",
            () => new ModelBuilder().Input("x", 1, 2).Node("Relu", "x", "y").Output("", 1, 2)),
        new("too large a file", "SAL1002",
            "'bad.onnx' is too large: 86 bytes, where at most 10 are allowed.", Good) { Limits = new() { MaxBytes = 10 } },
        new("too many nodes", "SAL1002",
            "'bad.onnx' is too large: 1 nodes, where at most 0 are allowed.", Good) { Limits = new() { MaxNodes = 0 } },
        new("too many parts", "SAL1002",
            "'bad.onnx' is too large: 4 parts, where at most 3 are allowed.", Good) { Limits = new() { MaxParts = 3 } },
        new("too large a tensor", "SAL1002", "'bad.onnx' is too large: 4 elements in tensor 'w', where at most 3 are allowed.",
            () => Weighted([2, 2], 16)) { Limits = new() { MaxTensorElements = 3 } },
        new("a tensor that lies about its size", "SAL1002",
            "'bad.onnx' is too large: 4,611,686,014,132,420,609 elements in tensor 'w', where at most 268,435,456 are allowed.",
            () => Weighted([int.MaxValue, int.MaxValue], 16)),
        new("graphs nested too deep", "SAL1002", "'bad.onnx' is too large: 65 levels of nesting, where at most 64 are allowed.",
            () => Nested(40)),
        new("external data", "SAL1003",
            "'bad.onnx' keeps the data of tensor 'w' in another file; a model must be one file here.", External),
        new("unknown operators", "SAL1004",
            "'bad.onnx' uses operators that are not known here: Bessel (2 nodes, first Bessel node 'Bessel_0'); my.domain.Secret (Secret node 'Secret_2'); Mish exists from opset 18, not in 13 (Mish node 'Mish_3').",
            () => new ModelBuilder().Input("x", 1, 2).Node("Bessel", "x", "a").Node("Bessel", "a", "b")
                .Node("my.domain:Secret", "b", "c").Node("Mish", "c", "y").Output("y", 1, 2)),
        new("too old an opset", "SAL1005", "'bad.onnx' uses opset 0 of ai.onnx, outside 1 to 25.",
            () => new ModelBuilder(0).Input("x", 1).Node("Relu", "x", "y").Output("y", 1)),
        new("too new an opset", "SAL1005", "'bad.onnx' uses opset 99 of ai.onnx, outside 1 to 25.",
            () => new ModelBuilder(99).Input("x", 1).Node("Relu", "x", "y").Output("y", 1)),
        new("two opsets", "SAL1005", "'bad.onnx' uses opset 13 and 14 of ai.onnx, outside 1 to 25.",
            () => With(Good(), m => m.OpsetImport.Add(new OperatorSetIdProto { Version = 14 }))),
        new("no opset", "SAL1005", "'bad.onnx' does not say which opset of ai.onnx it uses.",
            () => With(Good(), m => m.OpsetImport.Clear())),
        new("a cycle", "SAL1006", "'bad.onnx' has a cycle through Add node 'Add_0': it needs its own result.",
            () => new ModelBuilder().Input("x", 1).Node("Add", "x b", "a").Node("Relu", "a", "b").Output("b", 1)),
        new("a node that needs itself", "SAL1006", "'bad.onnx' has a cycle through Add node 'Add_0': it needs its own result.",
            () => new ModelBuilder().Input("x", 1).Node("Add", "x y", "y").Output("y", 1)),
        new("a tensor made twice", "SAL1007", "'bad.onnx' makes tensor 'y' twice: by Relu node 'Relu_0' and by Abs node 'Abs_1'.",
            () => new ModelBuilder().Input("x", 1).Node("Relu", "x", "y").Node("Abs", "x", "y").Output("y", 1)),
        new("a weight made twice", "SAL1007", "'bad.onnx' makes tensor 'w' twice: by an initializer and by an initializer.",
            () => new ModelBuilder().Input("x", 1).Weight("w", [1], 1).Weight("w", [1], 1).Node("Add", "x w", "y").Output("y", 1)),
        new("an attribute of another type than it says", "SAL1016",
            "'bad.onnx' has a malformed node, Relu node 'Relu_0': attribute 'a' says that it is Floats and holds Int.",
            () => With(new ModelBuilder().Input("x", 1).Node("Relu", "x", "y", ("a", 1)).Output("y", 1),
                m => m.Graph.Node[0].Attribute[0].Type = AttributeProto.Types.AttributeType.Floats)),
        new("an attribute of two values", "SAL1016",
            "'bad.onnx' has a malformed node, Relu node 'Relu_0': attribute 'a' holds several values: Float, Int.",
            () => With(new ModelBuilder().Input("x", 1).Node("Relu", "x", "y", ("a", 1)).Output("y", 1), m => m.Graph.Node[0].Attribute[0].F = 2)),
        new("an output named twice", "SAL1007", "'bad.onnx' makes tensor 'y' twice: by an output and by another output.",
            () => new ModelBuilder().Input("x", 1).Node("Relu", "x", "y").Output("y", 1).Output("y", 1)),
        new("a missing tensor", "SAL1008", "'bad.onnx' has no tensor 'w', which Add node 'Add_0' needs.",
            () => new ModelBuilder().Input("x", 1).Node("Add", "x w", "y").Output("y", 1)),
        new("a missing output", "SAL1008", "'bad.onnx' has no tensor 'z', which the list of outputs needs.",
            () => new ModelBuilder().Input("x", 1).Node("Relu", "x", "y").Output("z", 1)),
        new("a tensor with too little data", "SAL1009",
            "'bad.onnx' is damaged in tensor 'w': Float[2,2] needs 16 bytes, but its data has 12.", () => Weighted([2, 2], 12)),
        new("a tensor without data", "SAL1009",
            "'bad.onnx' is damaged in tensor 'w': Float[2,2] needs 4 numbers, but its data has 0.", () => Weighted([2, 2], null)),
        new("a tensor with a negative dimension", "SAL1009", "'bad.onnx' is damaged in tensor 'w': dimension -2 is out of range.",
            () => Weighted([-2, 2], 16)),
        new("a tensor of texts", "SAL1009", "'bad.onnx' is damaged in tensor 'w': element type 8 (String) is not supported.",
            () => With(Weighted([2], 8), m => m.Graph.Initializer[0].DataType = 8)),
        new("a tensor with two kinds of data", "SAL1009", "'bad.onnx' is damaged in tensor 'w': it has both raw and typed data.",
            () => With(Weighted([1], 4), m => m.Graph.Initializer[0].FloatData.Add(1))),
        new("a tensor of 33 dimensions", "SAL1009", "'bad.onnx' is damaged in tensor 'w': 33 dimensions are more than 32.",
            () => Weighted([.. Enumerable.Repeat(1L, 33)], 4)),
        new("a constant with too little data", "SAL1009",
            "'bad.onnx' is damaged in attribute 'value' of Constant node 'Constant_0': Float[3] needs 12 bytes, but its data has 4.",
            () => new ModelBuilder().Input("x", 1)
                .Node("Constant", "", "w",
                ("value", new TensorProto { DataType = 1, Dims = { 3 }, RawData = ByteString.CopyFrom(new byte[4]) }))
                    .Node("Add", "x w", "y").Output("y", 1)),
        new("no float input", "SAL1010", "'bad.onnx' has no float input that could take an image; its inputs are: 'x' UInt8[1,2].",
            () => With(Good(), m => m.Graph.Input[0].Type.TensorType.ElemType = (int)ElementType.UInt8)),
        new("an input of unknown rank", "SAL1010",
            "'bad.onnx' has no float input that could take an image; its inputs are: 'x' Float[any rank].",
            () => With(Good(), m => m.Graph.Input[0].Type.TensorType.Shape = null)),
        new("several inputs", "SAL1011",
            "'bad.onnx' needs several inputs: 'a' Float[N,3], 'b' Float[1,3]; only one image per run can be given.",
            () => new ModelBuilder().Input("a", -1, 3).Input("b", 1, 3).Node("Add", "a b", "y").Output("y", -1, 3)),
        new("a node without output", "SAL1016", "'bad.onnx' has a malformed node, Relu node 'Relu_0': it has no output.",
            () => new ModelBuilder().Input("x", 1).Node("Relu", "x", "_").Output("x", 1)),
        new("an operator without its second input", "SAL1016", "'bad.onnx' has a malformed node, CumSum node 'CumSum_0': input 1 is missing; it needs 2.",
            () => new ModelBuilder().Input("x", 1, 3).Node("CumSum", "x", "y").Output("y", 1, 3)),
        new("an operator with an empty input", "SAL1016", "'bad.onnx' has a malformed node, Where node 'Where_0': input 1 is missing; it needs 3.",
            () => new ModelBuilder().Input("x", 1, 3).Node("Where", "x _ x", "y").Output("y", 1, 3)),
        new("a function that calls itself", "SAL1016", $"'bad.onnx' has a malformed node, Twice node 'Twice_0{string.Concat(Enumerable.Repeat("/inner", 32))}': functions call each other more than 32 deep.", Endless),
    ];

    public static TheoryData<Refusal> Data => new(Refusals);

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void A_bad_file_is_refused_with_its_name_and_the_reason(Refusal refusal)
    {
        var error = Assert.Throws<SaliencyException>(() => ModelReader.Read(refusal.File(), "bad.onnx", refusal.Limits));
        Assert.Equal((refusal.Code, refusal.What), (error.Code, error.What));
        Assert.NotEmpty(error.Next);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_with_its_path()
    {
        var error = Assert.Throws<SaliencyException>(() => ModelReader.ReadFile("no/such/model.onnx"));
        Assert.Equal("SAL1001", error.Code);
        Assert.Contains("no/such/model.onnx", error.What);
    }

    [Fact]
    public void Control_characters_and_long_names_of_a_file_do_not_reach_the_message()
    {
        var model = new ModelBuilder().Input("x", 1).Node("Add", "x \u001b[31m" + new string('w', 100_000), "y").Output("y", 1);
        var error = Assert.Throws<SaliencyException>(() => ModelReader.Read(model.ToBytes(), "bad.onnx"));
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, 1, 1000);
    }

    private static ModelBuilder Good() => new ModelBuilder().Input("x", 1, 2).Node("Relu", "x", "y").Output("y", 1, 2);

    private static ModelBuilder With(ModelBuilder builder, Action<ModelProto> change)
    {
        change(builder.Proto);
        return builder;
    }

    private static ModelBuilder Weighted(long[] dims, int? bytes)
    {
        var tensor = new TensorProto { Name = "w", DataType = 1 };
        if (bytes is { } n) tensor.RawData = ByteString.CopyFrom(new byte[n]);
        tensor.Dims.AddRange(dims);
        return With(new ModelBuilder().Input("x", 1).Node("Add", "x w", "y").Output("y", 1), m => m.Graph.Initializer.Add(tensor));
    }

    private static ModelBuilder External() => With(Weighted([2], null), m =>
    {
        m.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
        m.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
    });

    private static ModelBuilder Nested(int depth)
    {
        var graph = new GraphProto();
        for (var i = 0; i < depth; i++)
        {
            var node = new NodeProto { OpType = "If" };
            node.Attribute.Add(new AttributeProto { Name = "then_branch", G = graph });
            graph = new GraphProto { Node = { node } };
        }
        return With(Good(), m => m.Graph.Node.Add(graph.Node));
    }

    private static ModelBuilder Endless() => With(new ModelBuilder().Input("x", 1).Node("f:Twice", "x", "y").Output("y", 1), m =>
    {
        var function = new FunctionProto { Domain = "f", Name = "Twice", Input = { "a" }, Output = { "b" } };
        function.Node.Add(new NodeProto { OpType = "Twice", Domain = "f", Name = "inner", Input = { "a" }, Output = { "b" } });
        m.Functions.Add(function);
    });
}
