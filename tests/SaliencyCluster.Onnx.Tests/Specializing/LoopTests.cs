using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Specializing;

/// <summary>Loops whose number of steps is known are written out, and give what ONNX Runtime's loops give.</summary>
public class LoopTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_loop_of_a_known_number_of_steps_is_written_out(int steps)
    {
        // s = 2 s + x at each step, and the list of all s; the body reads x and w from around it.
        var body = ModelBuilder.Step("i", "go", "s").Results("go_on", "next", "part")
            .Node("Identity", "go", "go_on").Node("Mul", "s w", "double").Node("Add", "double x", "next").Node("Abs", "next", "part");
        var graph = Against.Runtime(
            new ModelBuilder().Input("x", 1, 3).Longs("steps", steps).Weight("w", [1], 2).Node("Relu", "x", "first")
                .Node("Loop", "steps _ first", "last list", ("body", body.Graph)).Results("last", "list"), [1, 3]);
        Assert.DoesNotContain(graph.Nodes, n => n.OpType == "Loop");
        Assert.Equal([steps, 1, 3], graph.Types["list"].Shape);
    }

    [Fact]
    public void A_loop_ends_where_its_condition_is_known_to_be_false()
    {
        var body = ModelBuilder.Step("i", "go", "s").Results("go_on", "next").Node("Less", "i two", "go_on").Node("Add", "s s", "next");
        var graph = Against.Runtime(
            new ModelBuilder().Input("x", 1, 3).Initializer("yes", new(new(ElementType.Bool, []), new byte[] { 1 })).Initializer("two", ConstantTensor.Of([], 2L))
                .Node("Loop", "_ yes x", "y", ("body", body.Graph)).Results("y"), [1, 3]);
        Assert.Equal(3, graph.Nodes.Count(n => n.OpType == "Add")); // steps 0, 1 and 2
    }

    [Fact]
    public void The_number_of_steps_may_come_from_the_images_size_and_the_step_may_be_an_index()
    {
        var body = ModelBuilder.Step("i", "go").Results("go", "row").Node("Gather", "x i", "row", ("axis", 1));
        Against.Runtime(
            new ModelBuilder().Input("x", 1, -1, 4).Node("Shape", "x", "shape").Longs("one", 1).Node("Gather", "shape one", "steps")
                .Initializer("yes", new(new(ElementType.Bool, []), new byte[] { 1 }))
                .Node("Loop", "steps yes", "rows", ("body", body.Graph)).Results("rows"), [1, 3, 4]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void A_scan_is_written_out(int axis, int backwards)
    {
        var body = ModelBuilder.Step("s", "item").Results("next", "part").Node("Add", "s item", "sum").Node("Tanh", "sum", "next")
            .Node("Neg", "next", "part");
        var size = axis == 0 ? 4 : 3;
        Against.Runtime(
            new ModelBuilder().Input("x", 3, 4).Weight("zero", [size], new float[size])
                .Node("Scan", "zero x", "last list", ("body", body.Graph), ("num_scan_inputs", 1), ("scan_input_axes", new long[] { axis }),
                    ("scan_input_directions", new long[] { backwards }), ("scan_output_axes", new long[] { 1 }),
                    ("scan_output_directions", new long[] { backwards })).Results("last", "list"), [3, 4]);
    }

    [Fact]
    public void A_loop_that_the_image_decides_is_refused_and_so_is_one_without_an_end()
    {
        GraphProto Step() => ModelBuilder.Step("i", "go", "s").Results("go", "s").Graph;
        ModelBuilder Model(string inputs) => new ModelBuilder().Input("x", 1, 2).Longs("many", long.MaxValue)
            .Node("Cast", "x", "c", ("to", 7))
            .Node("ReduceMax", "c", "m", ("keepdims", 0)).Node("Loop", inputs, "y", ("body", Step())).Output("y", 1, 2);
        Assert.Equal("SAL1012", Code(Model("m _ x")));
        Assert.Equal("SAL1012", Code(Model("_ _ x")));
        Assert.Equal("SAL1002", Code(Model("many _ x")));

        static string Code(ModelBuilder builder) => Assert.Throws<SaliencyException>(() =>
            Specializer.Specialize(ModelReader.Read(builder.ToBytes(), "m.onnx"), new Dictionary<string, long[]> { ["x"] = [1, 2] })).Code;
    }
}
