using SaliencyCluster.Onnx.Upgrading;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.OldOpsets;

namespace SaliencyCluster.Onnx.Tests.Upgrading;

/// <summary>What upgraded nodes compute is tested with their gradients, in the tests of Autodiff.</summary>
public class UpgradeTests
{
    private static readonly string _path = Path.Combine(Repo.Root, "docs", "old-opsets.md");

    [Fact]
    public void Every_row_of_the_table_has_a_case() =>
        Assert.Empty(UpgradeTable.All.Where(row => !OldCases.All.Any(c => c.Op.Split(':')[0] == row.Op && c.From < row.Until
            && row.Since < c.Until)).Select(r => r.Op));

    [Fact]
    public void No_two_rows_of_an_operator_overlap() =>
        Assert.Empty(from a in UpgradeTable.All from b in UpgradeTable.All where a != b && a.Op == b.Op && a.Since < b.Until
            && b.Since < a.Until select a.Op);

    [Fact]
    public void Documentation_is_current()
    {
        if (Environment.GetEnvironmentVariable("SALIENCY_UPDATE_DOCS") == "1") File.WriteAllText(_path, UpgradeDocument.Markdown());
        Assert.Equal(UpgradeDocument.Markdown(), File.ReadAllText(_path));
    }

    public static TheoryData<string> Cases => new(OldCases.All.Select(c => c.Op));

    // The specialised graph is of opset 7 and later: read again, it stays as it is.
    [Theory, MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void An_upgraded_graph_is_not_upgraded_again(string name)
    {
        var old = OldCases.All.Single(c => c.Op == name);
        var model = ModelReader.Read(old.Model(old.Until - 1).ToBytes(), "old.onnx");
        var shapes = new Dictionary<string, long[]> { ["x"] = [1, .. old.Image] };
        var once = Specializer.Specialize(model, shapes);
        var twice = Specializer.Specialize(model with { Proto = ModelWriter.ToModel(once) }, shapes);
        Assert.Equal(once.Nodes.Select(n => n.OpType), twice.Nodes.Select(n => n.OpType));
        Assert.Equal(once.Types["y"].Shape, twice.Types["y"].Shape);
    }

    [Theory]
    [InlineData("Add: channels")]
    [InlineData("BatchNormalization: elements")]
    [InlineData("PRelu: a slope for each channel")]
    [InlineData("Reshape")]
    [InlineData("Upsample: bilinear")]
    [InlineData("Gemm: C as it is")]
    public void Images_of_a_batch_stay_apart(string name)
    {
        var old = OldCases.All.Single(c => c.Op == name);
        Assert.True(Specializer.ProveBatch(ModelReader.Read(old.Model(4).ToBytes(), "old.onnx"), old.Image).Holds);
    }

    [Fact]
    public void A_node_keeps_its_name_and_results()
    {
        var model = ModelReader.Read(new ModelBuilder(3).Input("x", 1, 2, 2, 3).Weight("w", [2], 1, 2)
            .Node("Mul", "x w", "m", ("broadcast", 1), ("axis", 1)).Node("Sigmoid", "m", "y").Results("m", "y").ToBytes(), "old.onnx");
        var graph = Specializer.Specialize(model, new Dictionary<string, long[]> { ["x"] = [1, 2, 2, 3] });
        Assert.Equal(["Mul_0", "Sigmoid_1"], graph.Nodes.Select(n => n.Name)); // the shape of the constant was folded
        Assert.Equal(["m", "y"], graph.Outputs);
        Assert.Equal(3, graph.Model.Opset);
    }

    [Fact]
    public void Names_of_the_model_may_be_those_of_upgrades()
    {
        var model = ModelReader.Read(new ModelBuilder(3).Input("upgraded", 1, 2, 2, 3).Weight("upgraded_2", [2], 1, 2)
            .Node("Mul", "upgraded upgraded_2", "upgraded_3", ("broadcast", 1), ("axis", 1)).Results("upgraded_3").ToBytes(), "old.onnx");
        var graph = Specializer.Specialize(model, new Dictionary<string, long[]> { ["upgraded"] = [1, 2, 2, 3] });
        Assert.Equal("upgraded", graph.Nodes.Single().Input[0]);
        Assert.Equal([2, 1, 1], graph.Types[graph.Nodes.Single().Input[1]].Shape);
    }

    [Fact]
    public void A_file_of_the_first_versions_says_neither_opset_nor_types_of_attributes()
    {
        var builder = new ModelBuilder(1).Input("x", 1, 2, 2, 3).Node("Elu", "x", "y", ("alpha", 2f)).Results("y");
        builder.Proto.IrVersion = 1;
        builder.Proto.OpsetImport.Clear();
        builder.Graph.Node[0].Attribute[0].Type = Schema.AttributeProto.Types.AttributeType.Undefined;
        var model = ModelReader.Read(builder.ToBytes(), "old.onnx");
        Assert.Equal(1, model.Opset);
        var graph = Specializer.Specialize(model, new Dictionary<string, long[]> { ["x"] = [1, 2, 2, 3] });
        Assert.Equal(Schema.AttributeProto.Types.AttributeType.Float, graph.Nodes.Single().Attribute.Single().Type);
    }

    public static TheoryData<string, string, string, Func<ModelBuilder>> Refused => new()
    {
        { "an operator that came later", "SAL1004", "Acos exists from opset 7, not in 6", () => New(6).Node("Acos", "x", "y") },
        { "an experimental operator that had gone", "SAL1004", "Affine", () => New(10).Node("Affine", "x", "y") },
        { "ranks without broadcast", "SAL1014", "inputs of different rank need broadcast = 1 before opset 7",
            () => New(6).Weight("w", [3], 1, 2, 3).Node("Add", "x w", "y") },
        { "an axis beyond the rank", "SAL1014", "input 1 does not fit at axis 3 of rank 4",
            () => New(6).Weight("w", [2, 3], 1, 2, 3, 4, 5, 6).Node("Mul", "x w", "y", ("broadcast", 1), ("axis", 3)) },
        { "a second input that does not fit", "SAL1014", "do not broadcast",
            () => New(6).Weight("w", [3], 1, 2, 3).Node("Mul", "x w", "y", ("broadcast", 1), ("axis", 1)) },
        { "a larger second input", "SAL1014", "input 1 does not fit at axis -1 of rank 4",
            () => New(6).Weight("w", [1, 1, 2, 2, 3], new float[12]).Node("Mul", "x w", "y", ("broadcast", 1)) },
        { "a normalisation in training", "SAL1016", "is_test is 0, which is training",
            () => New(6).Weight("s", [2], 1, 1).Node("BatchNormalization", "x s s s s", "y", ("is_test", 0)) },
        { "a normalisation of elements that lacks some", "SAL1014", "input 1 must have one value for each element of an image",
            () => New(6).Weight("s", [3], 1, 1, 1).Node("BatchNormalization", "x s s s s", "y", ("spatial", 0)) },
        { "dropout in training", "SAL1016", "is_test is 0, which is training", () => New(1).Node("Dropout", "x", "y", ("is_test", 0)) },
        { "a split without an axis", "SAL1016", "opset 1 has no default", () => New(1).Node("Split", "x", "y z") },
        { "a cast to an unknown type", "SAL1016", "the type 'FLOAT8' that it casts to is not known", () => New(1)
            .Node("Cast", "x", "y", ("to", "FLOAT8")) },
        { "a cast to two types", "SAL1016", "the type 'FLOAT, BOOL' that it casts to is not known", () => New(1)
            .Node("Cast", "x", "y", ("to", "FLOAT, BOOL")) },
        { "a power that is not whole", "SAL1016", "p is 2.5", () => New(1).Node("GlobalLpPool", "x", "y", ("p", 2.5f)) },
        { "repeats that the image chooses", "SAL1015", "must be known before the run",
            () => New(1).Weight("a", [], 1).Node("ReduceMax", "x", "n", ("keepdims", 0)).Node("Tile", "x n a", "y") },
        { "half a repeat", "SAL1016", "input 1 must hold whole numbers", () => New(1).Weight("a", [], 1).Weight("n", [], 1.5f)
            .Node("Tile", "x n a", "y") },
        { "a crop beyond the image", "SAL1014", "rows 0 to 5", () => New(1).Node("Crop", "x", "y", ("scale", new long[] { 5, 1 })) },
        { "a reshape without a shape", "SAL1016", "attribute 'shape' is missing", () => New(1).Node("Reshape", "x", "y") },
        { "C of a product without broadcast", "SAL1014", "C of another rank than 2 needs broadcast = 1",
            () => New(6).Node("Flatten", "x", "v").Weight("w", [12, 2], new float[24]).Weight("c", [2], 1, 2).Node("Gemm", "v w c", "y") },
    };

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_upgraded_is_refused(string what, string code, string text, Func<ModelBuilder> build)
    {
        var e = Assert.Throws<SaliencyException>(() => Specializer.Specialize(
            ModelReader.Read(build().Results("y").ToBytes(), "old.onnx"), new Dictionary<string, long[]> { ["x"] = [1, 2, 2, 3] }));
        Assert.True(e.Code == code && e.What.Contains(text, StringComparison.Ordinal), $"{what}: {e.Message}");
    }

    private static ModelBuilder New(int opset) => new ModelBuilder(opset).Input("x", 1, 2, 2, 3);
}
