using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Specializing;

public class SpecializerTests
{
    [Fact]
    public void Nodes_that_do_nothing_disappear_and_their_tensors_are_aliases()
    {
        var graph = Against.Runtime(new ModelBuilder().Input("x", -1, 2).Node("Identity", "x", "a").Node("Relu", "a", "b")
            .Node("Dropout", "b", "c")
            .Node("Cast", "c", "d", ("to", 1)).Node("Neg", "d", "y").Output("y", -1, 2), [2, 2]);
        Assert.Equal(["Relu", "Neg"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "x", ["c"] = "b", ["d"] = "b" }, graph.Aliases);
    }

    [Fact]
    public void An_output_made_by_a_node_that_does_nothing_keeps_its_name()
    {
        var graph = Against.Runtime(new ModelBuilder().Input("x", -1, 2).Node("Relu", "x", "a").Node("Identity", "a", "y")
            .Output("y", -1, 2), [1, 2]);
        Assert.Equal(["y"], Assert.Single(graph.Nodes).Output);
        Assert.Equal("y", graph.Aliases["a"]);
    }

    [Fact]
    public void An_output_that_is_the_input_or_a_weight_or_another_output_gets_a_node_of_its_own()
    {
        var graph = Against.Runtime(new ModelBuilder().Input("x", -1, 2).Weight("w", [1], 3).Node("Relu", "x", "a")
            .Node("Identity", "x", "y1").Node("Identity", "w", "y2")
            .Node("Identity", "a", "y3").Results("y1", "y2", "a", "y3"), [1, 2]);
        Assert.Equal(["y1", "y2", "a", "y3"], graph.Outputs);
    }

    [Fact]
    public void A_branch_that_is_decided_before_the_run_stands_in_for_its_If()
    {
        var graph = Against.Runtime(Branching(), [2, 3]);
        Assert.Equal(["Neg", "Relu", "Abs"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(n => n.Name).Distinct().Count());
    }

    [Fact]
    public void Functions_of_the_model_are_inlined_with_their_attributes()
    {
        var builder = new ModelBuilder(15).Input("x", -1, 2).Node("f:Leak", "x", "a", ("slope", 0.5f)).Node("f:Leak", "a", "y")
            .Output("y", -1, 2);
        var leak = new FunctionProto { Domain = "f", Name = "Leak", Input = { "in" }, Output = { "out" }, OpsetImport = { new OperatorSetIdProto { Version = 15 } } };
        leak.AttributeProto.Add(new AttributeProto { Name = "slope", F = 0.25f, Type = AttributeProto.Types.AttributeType.Float });
        leak.Node.Add(new NodeProto { OpType = "Neg", Name = "n", Input = { "in" }, Output = { "t" } });
        var inner = new NodeProto { OpType = "LeakyRelu", Name = "r", Input = { "t" }, Output = { "out" } };
        inner.Attribute.Add(new AttributeProto { Name = "alpha", RefAttrName = "slope", Type = AttributeProto.Types.AttributeType.Float });
        leak.Node.Add(inner);
        builder.Proto.Functions.Add(leak);
        builder.Proto.IrVersion = 9;

        var graph = Against.Runtime(builder, [1, 2]);
        Assert.Equal([0.5f, 0.25f], graph.Nodes.Where(n => n.OpType == "LeakyRelu").Select(n => n.Attribute.Single().F));
        Assert.Equal(4, graph.Types.Keys.Count(t => t != "x"));
    }

    [Fact]
    public void Nodes_in_the_wrong_order_are_sorted()
    {
        var model = ModelReader.Read(new ModelBuilder().Input("x", -1, 2).Node("Neg", "b", "y").Node("Abs", "a", "b")
            .Node("Relu", "x", "a").Output("y", -1, 2).ToBytes(), "m");
        Assert.Equal(["Relu", "Abs", "Neg"], model.Proto.Graph.Node.Select(n => n.OpType));
    }

    [Fact]
    public void Weights_that_are_listed_as_inputs_are_weights()
    {
        var graph = Against.Runtime(new ModelBuilder(9).Input("x", -1, 2).Input("w", 2).Weight("w", [2], 1, 2)
            .Node("Add", "x w", "y").Output("y", -1, 2), [1, 2]);
        Assert.Equal(["x"], graph.Inputs);
        Assert.Contains("w", graph.Constants.Keys);
    }

    [Fact]
    public void What_no_output_needs_is_left_out()
    {
        var graph = Against.Runtime(new ModelBuilder().Input("x", -1, 2).Weight("w", [2], 1, 2).Node("Mul", "x w", "dead")
            .Node("Relu", "x", "y").Output("y", -1, 2), [1, 2]);
        Assert.Equal(["Relu"], graph.Nodes.Select(n => n.OpType));
        Assert.Empty(graph.Constants);
    }

    [Fact]
    public void A_constant_over_the_budget_stays_a_node()
    {
        // 2^26 elements from a few bytes of file: allowed as a tensor, not worth folding.
        var model = ModelReader.Read(new ModelBuilder().Input("x", -1, 2).Longs("n", 8192, 8192).Node("ConstantOfShape", "n", "big")
            .Node("ReduceMax", "big", "m", ("keepdims", 0))
            .Node("Add", "x m", "y").Output("y", -1, 2).ToBytes(), "m");
        var graph = Specializer.Specialize(model, new Dictionary<string, long[]> { ["x"] = [1, 2] });
        Assert.Equal(["ConstantOfShape", "ReduceMax", "Add"], graph.Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var bytes = Branching().ToBytes();
        Assert.Equal(Write(), Write());

        byte[] Write() => ModelWriter.Write(ModelWriter.ToModel(Specializer.Specialize(ModelReader.Read(bytes, "m"), new Dictionary<string, long[]> { ["x"] = [2, 3] })));
    }

    [Fact]
    public void A_models_hash_is_that_of_its_file()
    {
        var bytes = Branching().ToBytes();
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), ModelReader.Read(bytes, "m").Hash);
    }

    // If (rank of x is 2) then relu(neg(x)) else x, where inner names are also names of the graph around.
    private static ModelBuilder Branching()
    {
        var then = new GraphProto { Name = "then" };
        then.Node.Add(new NodeProto { OpType = "Neg", Name = "then_1", Input = { "x" }, Output = { "y" } });
        then.Node.Add(new NodeProto { OpType = "Relu", Name = "then_2", Input = { "y" }, Output = { "result" } });
        then.Output.Add(new ValueInfoProto { Name = "result" });
        var otherwise = new GraphProto { Name = "else" };
        otherwise.Node.Add(new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "copy" } });
        otherwise.Output.Add(new ValueInfoProto { Name = "copy" });
        return new ModelBuilder().Input("x", -1, 3).Longs("two", 2).Node("Shape", "x", "s").Node("Shape", "s", "rank")
            .Node("Equal", "rank two", "c").Node("Squeeze", "c", "cc")
            .Node("If", "cc", "branch", ("then_branch", then), ("else_branch", otherwise)).Node("Abs", "branch", "y").Output("y", -1, 3);
    }
}
