using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Reading;

public sealed class ModelPackingTests : IDisposable
{
    private static readonly float[] Weights = [1, -2, 3, 4, 5, -6];
    private readonly string _folder = Directory.CreateTempSubdirectory("packing").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("weights.bin", 0)]
    [InlineData("weights.bin", 4096)] // as torch aligns them
    [InlineData("parts/weights.bin", 8)]
    public void Weights_of_a_file_beside_the_model_are_brought_in(string location, int offset)
    {
        var whole = Model(m => m.Weight("w", [3, 2], Weights));
        var path = Written(Model(m => External(m, location, offset, 24)));
        Data(location, [.. new byte[offset], .. Bytes(), 1, 2, 3]);
        var (read, expected) = (ModelReader.ReadFile(path), ModelReader.Read(whole.ToBytes(), "whole"));
        Assert.Equal(expected.Proto.Graph.Initializer.Single().RawData, read.Proto.Graph.Initializer.Single().RawData);
        Assert.Equal(ModelPacking.Pack(path), ModelPacking.Pack(path));
        Assert.Equal(read.Hash, ModelReader.Read(ModelPacking.Pack(path), "packed").Hash);
    }

    [Fact]
    public void Constants_of_nodes_are_brought_in_too()
    {
        var tensor = Reference("weights.bin", 0, 24);
        var path = Written(new ModelBuilder().Input("x", -1, 3).Node("Constant", "", "w", ("value", tensor)).Node("MatMul", "x w", "y").Output("y", -1, 2));
        Data("weights.bin", Bytes());
        Assert.Equal(24, ModelReader.ReadFile(path).Proto.Graph.Node[0].Attribute[0].T.RawData.Length);
    }

    [Theory]
    [InlineData("gone.bin", 0, 24, "'gone.bin', which is not there")]
    [InlineData("weights.bin", 0, 48, "which ends after 24 bytes and not after 48")]
    [InlineData("weights.bin", 30, 24, "which ends after 24 bytes and not after 54")]
    [InlineData("weights.bin", -1, 24, "whose offset is '-1'")]
    [InlineData("../weights.bin", 0, 24, "which lies outside the model's folder")]
    [InlineData("a/../../weights.bin", 0, 24, "which lies outside the model's folder")]
    [InlineData("/etc/hostname", 0, 1, "which lies outside the model's folder")]
    [InlineData("link.bin", 0, 24, "which is a link to somewhere else")]
    [InlineData("linked/weights.bin", 0, 24, "which is a link to somewhere else")]
    [InlineData("", 0, 24, "which is no name of a file")]
    public void What_cannot_be_brought_in_is_refused_with_its_place(string location, long offset, long length, string why)
    {
        var path = Written(Model(m => External(m, location, offset, length)));
        Data("weights.bin", Bytes());
        File.CreateSymbolicLink(Path.Combine(_folder, "m", "link.bin"), Path.Combine(_folder, "m", "weights.bin"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "m", "linked"), Path.Combine(_folder, "m"));
        var error = Assert.Throws<SaliencyException>(() => ModelReader.ReadFile(path));
        Assert.Equal("SAL1003", error.Code);
        Assert.Contains("tensor 'w'", error.What, StringComparison.Ordinal);
        Assert.EndsWith(why + ".", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_followed_where_the_model_is_one_as_in_caches_of_downloads()
    {
        var path = Written(Model(m => External(m, "weights.bin", 0, 24)), "blob1");
        File.WriteAllBytes(Path.Combine(_folder, "m", "blob2"), Bytes());
        var snapshot = Directory.CreateDirectory(Path.Combine(_folder, "snapshot")).FullName;
        var model = File.CreateSymbolicLink(Path.Combine(snapshot, "model.onnx"), path).FullName;
        File.CreateSymbolicLink(Path.Combine(snapshot, "weights.bin"), Path.Combine(_folder, "m", "blob2"));
        Assert.Equal(24, ModelReader.ReadFile(model).Proto.Graph.Initializer.Single().RawData.Length);
    }

    [Fact]
    public void The_limit_of_bytes_counts_all_files()
    {
        var path = Written(Model(m => External(m, "weights.bin", 0, 24)));
        Data("weights.bin", Bytes());
        var limit = new FileInfo(path).Length + 23;
        Assert.Equal("SAL1002", Assert.Throws<SaliencyException>(() => ModelReader.ReadFile(path, new() { MaxBytes = limit })).Code);
        Assert.NotNull(ModelReader.ReadFile(path, new() { MaxBytes = limit + 1 }));
    }

    [Fact]
    public void A_whole_file_stays_as_it_is()
    {
        // The word that names other files may stand in one that has none.
        var model = new ModelBuilder().Input("locations", -1, 3).Weight("w", [3, 2], Weights)
            .Node("MatMul", "locations w", "y").Output("y", -1, 2);
        Assert.Equal(model.ToBytes(), ModelPacking.Pack(Written(model)));
    }

    [Theory]
    [InlineData(1, new[] { 2.0 }, null, new[] { 2f, 2, 2 })]             // one number for all
    [InlineData(1, new[] { 1.0, 2, 3 }, null, new[] { 1f, 2, 3 })]
    [InlineData(1, new[] { 1.0, 2, 3 }, new[] { 3 }, new[] { 1f, 2, 3 })] // without its batch
    [InlineData(11, new[] { 1.0, 2, 3 }, new[] { 1, 3 }, null)]
    [InlineData(7, new[] { 1.0, 2, 3 }, null, null)]
    [InlineData(6, new[] { -1.0 }, null, null)]
    public void An_input_takes_a_value(int type, double[] numbers, int[]? shape, float[]? expected)
    {
        var path = Written(TwoInputs(type));
        var packed = ModelReader.Read(ModelPacking.Pack(path, new Dictionary<string, InputValue> { ["b"] = new(numbers, shape) }), "packed");
        var tensor = packed.Proto.Graph.Initializer.Single();
        Assert.Equal(("x", type, 3), (packed.ImageInput, tensor.DataType, (int)tensor.Dims.Aggregate((a, b) => a * b)));
        if (expected is not null) Assert.Equal(expected, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
    }

    [Theory]
    [InlineData("c", 1, new[] { 2.0 }, null, "there is no such input; there are 'x', 'b'")]
    [InlineData("b", 1, new[] { 1.0, 2 }, null, "2 numbers does not fit Float[1,3]")]
    [InlineData("b", 1, new[] { 1.0, 2, 3, 4 }, new[] { 2, 2 }, "[2,2] does not fit Float[1,3]")]
    [InlineData("b", 7, new[] { 0.5 }, null, "its type Int64 cannot hold 1 numbers")]
    [InlineData("b", 9, new[] { 2.0 }, null, "its type Bool cannot hold 1 numbers")]
    public void A_value_that_does_not_fit_is_refused(string name, int type, double[] numbers, int[]? shape, string why)
    {
        var path = Written(TwoInputs(type));
        var error = Assert.Throws<SaliencyException>(() => ModelPacking.Pack(path, new Dictionary<string, InputValue> { [name] = new(numbers, shape) }));
        Assert.Equal("SAL1018", error.Code);
        Assert.EndsWith(why + ".", error.What, StringComparison.Ordinal);
    }

    private static ModelBuilder TwoInputs(int type)
    {
        var model = new ModelBuilder().Input("x", -1, 3).Input("b", 1, 3).Node("Cast", "b", "f", ("to", 1))
            .Node("Add", "x f", "y").Output("y", -1, 3);
        model.Graph.Input[1].Type.TensorType.ElemType = type;
        return model;
    }

    private static ModelBuilder Model(Action<ModelBuilder> weight)
    {
        var model = new ModelBuilder().Input("x", -1, 3);
        weight(model);
        return model.Node("MatMul", "x w", "y").Output("y", -1, 2);
    }

    private static void External(ModelBuilder model, string location, long offset, long length) =>
        model.Graph.Initializer.Add(Reference(location, offset, length));

    private static TensorProto Reference(string location, long offset, long length) => new()
    {
        Name = "w", DataType = 1, Dims = { 3, 2 }, DataLocation = TensorProto.Types.DataLocation.External,
        ExternalData = { new StringStringEntryProto { Key = "location", Value = location }, new StringStringEntryProto { Key = "offset", Value = $"{offset}" }, new StringStringEntryProto { Key = "length", Value = $"{length}" } },
    };

    private static byte[] Bytes() => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Weights).ToArray();

    private string Written(ModelBuilder model, string name = "model.onnx")
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "m")).FullName, name);
        File.WriteAllBytes(path, model.ToBytes());
        return path;
    }

    private void Data(string location, byte[] bytes)
    {
        var path = Path.Combine(_folder, "m", location);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
