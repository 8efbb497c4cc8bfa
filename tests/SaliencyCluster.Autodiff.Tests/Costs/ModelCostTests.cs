using SaliencyCluster.TestKit.Hostile;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Costs;

public sealed class ModelCostTests
{
    private const long Gibibyte = 1L << 30;

    // Those of a gateway with a limit of 2 GiB.
    private static readonly ModelLimits Limits = new(3 * Gibibyte / 2, ModelLimits.DefaultOperations, "Saliency:Gateway:Limits");
    private static readonly ReadLimits Reading = new() { MaxObjectBytes = Gibibyte / 2 };

    public static TheoryData<string> Hostile => [.. HostileModels.Names];

    [Theory, MemberData(nameof(Hostile))]
    public void A_small_file_that_asks_for_much_is_refused_with_a_code_and_in_little_memory(string name)
    {
        var (code, file) = HostileModels.Of(name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<SaliencyException>(() => Accept(file, code == "SAL1021" ? Limits with { MaxPeakBytes = long.MaxValue } : Limits));
        Assert.Equal(code, error.Code);
        Assert.NotEqual("", error.Next);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Gibibyte / 2 + Gibibyte / 4);
    }

    [Fact]
    public void A_refusal_names_memory_limit_and_setting()
    {
        var error = Assert.Throws<SaliencyException>(() => Limits.Check("big", new(2 * Gibibyte, 1, 0, 0)));
        Assert.Equal("SAL1020: Evaluating model 'big' at one image takes 2049 MB, by the shapes of its tensors; Saliency:Gateway:Limits:MaxModelPeakBytes allows 1537 MB. "
            + "Use a smaller model or image, or raise Saliency:Gateway:Limits:MaxModelPeakBytes on a host that has the memory.", error.Message);
        var slow = Assert.Throws<SaliencyException>(() => Limits.Check("slow", new(1, 1, 1, long.MaxValue)));
        Assert.Equal("SAL1021: Evaluating model 'slow' at one image takes about 9.2E+018 operations, by the shapes of its tensors; Saliency:Gateway:Limits:MaxModelOperations allows 6.0E+012. "
            + "Use a smaller model or image, or raise Saliency:Gateway:Limits:MaxModelOperations.", slow.Message);
    }

    [Fact]
    public void What_is_alive_together_is_summed_and_what_is_not_is_not()
    {
        // 1 + 1 + 1 images in a chain of three operators, of which two are alive at a time beside the input.
        var chain = Cost(new ModelBuilder().Input("x", 1, 1, 100, 100).Node("Relu", "x", "a").Node("Relu", "a", "b").Node("Relu", "b", "c").Output("c", 1, 1, 100, 100));
        Assert.Equal(3 * 40_000, chain.ForwardPeakBytes);
        // Its gradient keeps what the rules look at, and has the seed as an input.
        Assert.InRange(chain.GradientPeakBytes, 4 * 40_000, 8 * 40_000);
        // A fork: both branches and the input live when they are joined, and the sum.
        var fork = Cost(new ModelBuilder().Input("x", 1, 1, 100, 100).Node("Relu", "x", "a").Node("Sigmoid", "x", "b").Node("Add", "a b", "c").Output("c", 1, 1, 100, 100));
        Assert.Equal(4 * 40_000, fork.ForwardPeakBytes);
        // A view takes nothing.
        var view = Cost(new ModelBuilder().Input("x", 1, 1, 100, 100).Longs("s", 1, 10_000).Node("Relu", "x", "a").Node("Reshape", "a s", "b").Node("Relu", "b", "c").Output("c", 1, 10_000));
        Assert.InRange(view.ForwardPeakBytes, 3 * 40_000, 3 * 40_000 + 100);
    }

    [Fact]
    public void Weights_and_what_follows_from_them_alone_stay_loaded()
    {
        var cost = Cost(new ModelBuilder().Input("x", 1, 1, 8, 8).Longs("n", 1, 1, 5000, 5000).Node("ConstantOfShape", "n", "c").Node("ReduceMax", "c", "m", ("keepdims", 0))
            .Node("Add", "x m", "y").Output("y", 1, 1, 8, 8));
        Assert.InRange(cost.ForwardPeakBytes, 100_000_000, 101_000_000);
    }

    [Theory]
    [InlineData("mnist-cnn")]
    [InlineData("mnist-mlp")]
    public void Samples_are_accepted(string name)
    {
        var summary = Accept(File.ReadAllBytes(Repo.Model(name)));
        Assert.InRange(summary.Cost!.GradientPeakBytes, summary.Cost.ForwardPeakBytes, 64 << 20);
        Assert.True(summary.Cost.ForwardPeakBytes >= 4 * summary.Parameters, $"{summary.Cost}");
        Assert.InRange(summary.Cost.GradientOperations, summary.Cost.ForwardOperations, 1_000_000_000);
    }

    [Fact]
    public void A_model_of_the_size_of_VGG_16_is_accepted_by_a_gateway_of_2_GiB()
    {
        var model = new ModelBuilder().Input("x", 1, 3, 224, 224);
        var (last, channels, n) = ("x", 3, 0);
        foreach (var (width, layers) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (var i = 0; i < layers; i++, n++)
            {
                model.Longs($"s{n}", width, channels, 3, 3).Node("ConstantOfShape", $"s{n}", $"w{n}")
                    .Node("Conv", $"{last} w{n}", $"c{n}", ("pads", new long[] { 1, 1, 1, 1 })).Node("Relu", $"c{n}", $"r{n}");
                (last, channels) = ($"r{n}", width);
            }
            model.Node("MaxPool", last, $"p{n}", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
            last = $"p{n}";
        }
        model.Node("Flatten", last, "f0");
        foreach (var (from, to, i) in new[] { (25_088, 4096, 0), (4096, 4096, 1), (4096, 1000, 2) })
            model.Longs($"d{i}", from, to).Node("ConstantOfShape", $"d{i}", $"v{i}").Node("MatMul", $"f{i} v{i}", $"f{i + 1}");
        var cost = Accept(model.Output("f3", 1, 1000).ToBytes()).Cost!;
        // 138 million weights, and the activations of one image. What torchvision's profile says of it: 15.5 billion multiply-adds.
        Assert.InRange(cost.ForwardPeakBytes, 553_000_000, 700_000_000);
        Assert.InRange(cost.ForwardOperations, 15_300_000_000, 15_800_000_000);
        Assert.InRange(cost.GradientPeakBytes, 553_000_000, 1_300_000_000);
    }

    private static ModelCost Cost(ModelBuilder model) => ModelSummary.Of(ModelReader.Read(model.ToBytes(), "m")).Cost!;

    private static ModelSummary Accept(byte[] file, ModelLimits? limits = null)
    {
        var summary = ModelSummary.Of(ModelReader.Read(file, "hostile", Reading));
        (limits ?? Limits).Check("hostile", summary.Cost!);
        return summary;
    }
}
