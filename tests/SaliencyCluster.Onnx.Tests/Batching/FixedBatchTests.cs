using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Reference;

namespace SaliencyCluster.Onnx.Tests.Batching;

/// <summary>Models that declare a batch of many images, and what they are for one.</summary>
public class FixedBatchTests
{
    private const int Declared = 4;

    /// <summary>A model for four images and the node that mixes them.</summary>
    public sealed record Mixing(string Name, string Reason, Func<ModelBuilder, ModelBuilder> Nodes)
    {
        public override string ToString() => Name;
    }

    private static readonly Mixing[] Mixed =
    [
        new("a softmax over the batch", "Softmax node 'Softmax_0': it works along the axis of the images",
            m => m.Node("Softmax", "x", "y", ("axis", 0))),
        new("a mean of the batch", "ReduceMean node 'ReduceMean_0': it works along the axis of the images",
            m => m.Node("ReduceMean", "x", "m", ("axes", new long[] { 0 })).Node("Sub", "x m", "y")),
        new("images turned round", "Slice node 'Slice_0': it works along the axis of the images",
            m => m.Longs("from", -1).Longs("to", -5).Longs("axis", 0).Longs("step", -1).Node("Slice", "x from to axis step", "y")),
        new("a picked image", "Gather node 'Gather_0': it works along the axis of the images",
            m => m.Longs("i", 0).Node("Gather", "x i", "y", ("axis", 0))),
        new("the first two images", "Slice node 'Slice_0': its result of Float[2,3,1,2] for 4 images is Float[1,3,1,2] for one image",
            m => m.Longs("from", 0).Longs("to", 2).Longs("axis", 0).Longs("step", 1).Node("Slice", "x from to axis step", "y")),
        new("products of images", "Einsum node 'Einsum_0': it sums over the axis of the images",
            m => m.Node("Einsum", "x x", "y", ("equation", "bchw,dchw->bd"))),
        new("another constant for each image", "Add node 'Add_0': input 1 holds something else for each of 4 images",
            m => m.Weight("w", [4, 1, 1, 1], 1, 2, 3, 4).Node("Add", "x w", "y")),
        new("images in the rows of a picture", "Reshape node 'Reshape_0': no axis of its result has room for the batch",
            m => m.Longs("s", 3, 4, 1, 2).Node("Reshape", "x s", "y")),
        new("a code for all images", "DynamicQuantizeLinear node 'DynamicQuantizeLinear_0': it is not known to keep images apart",
            m => m.Node("DynamicQuantizeLinear", "x", "q scale zero").Node("DequantizeLinear", "q scale zero", "y")),
    ];

    public static TheoryData<Mixing> Data => new(Mixed);

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void A_model_that_mixes_its_images_is_refused_with_the_node_that_does(Mixing mixing)
    {
        var model = ModelReader.Read(mixing.Nodes(new ModelBuilder(13).Input("x", Declared, 3, 1, 2)).Results("y").ToBytes(), "four.onnx");
        foreach (var images in new[] { 1, 3 })
        {
            var error = Assert.Throws<SaliencyException>(() => Specializer.Specialize(model, Of([images, 3, 1, 2])));
            Assert.Equal("SAL1019", error.Code);
            Assert.Equal(
                $"'four.onnx' is made for 4 images at once, and that it takes each by itself is not certain: {mixing.Reason}.", error.What);
        }
    }

    [Theory, InlineData(1), InlineData(3), InlineData(Declared), InlineData(9)]
    public void Each_of_any_number_of_images_gets_what_it_gets_among_those_declared(int images)
    {
        var builder = new ModelBuilder(13).Input("x", Declared, 2, 3).Longs("s", Declared, -1)
            .Weight("w", [6, 2], [.. Enumerable.Range(0, 12).Select(i => (i - 5) / 7f)])
            .Weight("b", [Declared, 2], [.. Enumerable.Range(0, Declared * 2).Select(i => i % 2 * 0.5f)])
            .Node("Reshape", "x s", "r").Node("Gemm", "r w b", "g").Node("Softmax", "g", "y", ("axis", 1)).Results("y");
        var model = ModelReader.Read(builder.ToBytes(), "four.onnx");
        var graph = Specializer.Specialize(model, Of([images, 2, 3]));
        Assert.Equal([images, 2], graph.Types["y"].Shape);
        Assert.True(images == 1 ? graph.Batch is null : graph.Batch!.Holds);

        var pixels = RuntimeTrace.Ramp([images, 2, 3]);
        var all = RuntimeTrace.Run(ModelWriter.ToModel(graph), In(pixels))["y"];
        for (var i = 0; i < images; i++)
        {
            var image = pixels.As<float>().Slice(i * 6, 6).ToArray();
            var filled = ConstantTensor.Of([Declared, 2, 3], [.. Enumerable.Repeat(image, Declared).SelectMany(v => v)]);
            var expected = RuntimeTrace.Run(model.Proto, In(filled))["y"];
            Assert.Equal(expected.As<float>()[..2].ToArray(), all.As<float>().Slice(i * 2, 2).ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    public static TheoryData<string> Written => new(Directory.GetFiles(Path.Combine(Repo.Root, "tests", "zoo", "written"), "*.onnx")
        .Select(f => Path.GetFileNameWithoutExtension(f)).Where(n => n.StartsWith("batch-", StringComparison.Ordinal)));

    [Theory, MemberData(nameof(Written))]
    public void Several_images_get_what_each_gets_where_it_fills_the_declared_batch(string name)
    {
        const int Images = 3;
        var model = ModelReader.ReadFile(Path.Combine(Repo.Root, "tests", "zoo", "written", name + ".onnx"));
        long[] declared = [.. model.Proto.Graph.Input.First(i => i.Name == "image").Type.TensorType.Shape.Dim.Select(d => d.DimValue)];
        var image = declared[1..];
        var proof = Specializer.ProveBatch(model, image);
        Assert.True(proof.Holds, proof.Reason);

        var pixels = RuntimeTrace.Ramp([Images, .. image]);
        var graph = Specializer.Specialize(model, new Dictionary<string, long[]> { ["image"] = [Images, .. image] });
        var output = graph.Outputs[0];
        var all = RuntimeTrace.Run(ModelWriter.ToModel(graph), new Dictionary<string, ConstantTensor> { ["image"] = pixels })[output];
        var (one, row) = ((int)pixels.Type.Count / Images, (int)all.Type.Count / Images);
        for (var i = 0; i < Images; i++)
        {
            var values = Enumerable.Repeat(pixels.As<float>().Slice(i * one, one).ToArray(), (int)declared[0]).SelectMany(v => v);
            var filled = new Dictionary<string, ConstantTensor> { ["image"] = ConstantTensor.Of(declared, [.. values]) };
            var expected = RuntimeTrace.Run(model.Proto, filled)[output];
            Assert.Equal(
                expected.As<float>()[..row].ToArray(), all.As<float>().Slice(i * row, row).ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void Another_size_of_image_is_still_refused()
    {
        var builder = new ModelBuilder(13).Input("x", Declared, 3).Node("Relu", "x", "y").Results("y");
        var model = ModelReader.Read(builder.ToBytes(), "four.onnx");
        var error = Assert.Throws<SaliencyException>(() => Specializer.Specialize(model, Of([1, 5])));
        Assert.Equal(("SAL1013", "'four.onnx' declares input 'x' as Float[4,3]; [1,5] does not fit."), (error.Code, error.What));
    }

    public static TheoryData<string, long[], bool> Ranks => new()
    {
        { "rows of vectors", [4, 3], true },
        { "a vector", [5], false },
        { "one image", [1, 4, 4], true },
        { "a colour image", [3, 4, 5], false },
        { "a colour image, channels last", [4, 5, 3], false },
    };

    [Theory, MemberData(nameof(Ranks))]
    public void A_first_dimension_that_is_no_batch_is_found(string what, long[] shape, bool batch)
    {
        Assert.NotEmpty(what);
        var builder = new ModelBuilder(13).Input("x", shape);
        var model = ModelReader.Read((batch ? builder.Node("Relu", "x", "y") : builder.Node("ReduceMean", "x", "y", ("keepdims", 0)))
            .Results("y").ToBytes(), "image.onnx");
        Assert.Equal(batch, model.HasBatch);
        if (batch) return;
        foreach (var images in new[] { 1, 2 })
        {
            var pixels = RuntimeTrace.Ramp([images, .. shape]);
            SpecializedGraph? graph = null;
            try
            {
                graph = Specializer.Specialize(model, Of([images, .. shape]));
            }
            catch (SaliencyException e) when (images > 1)
            {
                Assert.Equal("SAL1017", e.Code);
                continue;
            }
            var mean = RuntimeTrace.Run(ModelWriter.ToModel(graph), In(pixels))["y"].As<float>()[0];
            Assert.Equal(pixels.As<float>().ToArray().Average(), mean, 1e-6);
        }
    }

    [Fact]
    public void Rows_that_mix_are_a_batch_and_no_image()
    {
        var model = ModelReader.Read(new ModelBuilder(13).Input("x", 5, 6).Weight("w", [6, 2], new float[12])
            .Node("Softmax", "x", "s", ("axis", 0)).Node("MatMul", "s w", "y").Results("y").ToBytes(), "rows.onnx");
        Assert.True(model.HasBatch);
        Assert.Equal("SAL1019", Assert.Throws<SaliencyException>(() => Specializer.Specialize(model, Of([1, 6]))).Code);
    }

    private static Dictionary<string, long[]> Of(long[] shape) => new() { ["x"] = shape };

    private static Dictionary<string, ConstantTensor> In(ConstantTensor pixels) => new() { ["x"] = pixels };
}
