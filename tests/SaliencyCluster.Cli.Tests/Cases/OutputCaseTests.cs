using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>Models whose scores are not their first output, or no plain row of floats.</summary>
public sealed class OutputCaseTests : CaseFolder
{
    private static readonly string TwoOutputs = Case("second-output", "two_bl.onnx"), Image = Case("second-output", "two.npy");
    private static readonly float[] Weights = [1, 2, 3, 4, 5, 6, 7, -8];

    [Fact]
    public async Task Scores_are_preferred_to_four_numbers_of_a_box_and_the_choice_is_told()
    {
        var (map, result, run) = await Explain(TwoOutputs, Image, "--method gradient --target 3");
        Assert.Equal(0.0502, result.GetProperty("score").GetDouble(), 1e-4);
        Assert.Contains("output 'second'", result.GetProperty("explained").GetString(), StringComparison.Ordinal);
        Assert.Contains("'first'", result.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("--output", run.Error, StringComparison.Ordinal);
        var (named, same, _) = await Explain(TwoOutputs, Image, "--method gradient --target 3 --output second");
        Assert.Equal(map.Data, named.Data);
        Assert.Equal("second", same.GetProperty("parameters").GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("gradient", null)]
    [InlineData("integrated-gradients --steps 4", null)]
    [InlineData("grad-cam", new[] { 1, 10, 12 })]
    [InlineData("occlusion --window 4,4 --stride 4,4", null)]
    public async Task A_named_output_is_explained_by_every_kind_of_method(string method, int[]? shape)
    {
        var (map, result, _) = await Explain(TwoOutputs, Image, $"--target 3 --output first --method {method}");
        Assert.Equal(0.42519, result.GetProperty("score").GetDouble() is var logit ? 1 / (1 + Math.Exp(-logit)) : 0, 1e-4);
        if (shape is not null) Assert.Equal(shape, map.Shape);
        var (other, _, _) = await Explain(TwoOutputs, Image, $"--target 3 --output second --method {method}");
        Assert.NotEqual(map.Data, other.Data);
    }

    [Theory]
    [InlineData("boxes", "scores", "scores")]
    [InlineData("scores", "boxes", "scores")]
    [InlineData("a", "b", "a")] // nothing tells them apart: the first
    [InlineData("bbox_deltas", "y", "y")]
    [InlineData("anchorOffsets", "clsLogits", "clsLogits")]
    public async Task The_name_of_an_output_says_what_it_holds(string first, string second, string explained)
    {
        var model = await Written("named", new ModelBuilder().Input("x", -1, 4).Weight("w", [4, 2], Weights)
            .Node("MatMul", "x w", first).Node("Neg", first, second).Output(first, -1, 2).Output(second, -1, 2));
        var (_, result, _) = await Explain(model, await Vector(), "--method gradient --target 0");
        Assert.Contains($"'{explained}' as it is", result.GetProperty("explained").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Cast")]
    [InlineData("Squeeze")]
    public async Task A_choice_is_explained_by_the_values_it_is_made_from(string after)
    {
        var builder = new ModelBuilder(11).Input("x", -1, 4).Weight("w", [4, 2], Weights).Node("MatMul", "x w", "s")
            .Node("ArgMax", "s", after.Length == 0 ? "y" : "a", ("axis", 1), ("keepdims", after == "Squeeze" ? 1 : 0));
        if (after == "Cast") builder.Node("Cast", "a", "y", ("to", 1));
        if (after == "Squeeze") builder.Node("Squeeze", "a", "y", ("axes", new long[] { 1 }));
        var (map, result, _) = await Explain(await Written("chosen", builder.Results("y")), await Vector(), "--method gradient --target 1");
        Assert.Equal([2, 4, 6, -8], map.Data);
        Assert.Contains("ArgMax chooses output 'y' from", result.GetProperty("explained").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_without_a_batch_is_explained_and_one_that_cannot_be_is_refused_by_name()
    {
        var model = await Written("rows", new ModelBuilder(11).Input("x", 1, 4).Weight("w", [4, 2], Weights).Node("MatMul", "x w", "s")
            .Node("Squeeze", "s", "y", ("axes", new long[] { 0 })).Node("ReduceSum", "s", "total", ("keepdims", 0)).Node("Shape", "x", "n").Results("y", "total", "n"));
        var (map, result, _) = await Explain(model, await Vector(), "--method gradient --target 1");
        Assert.Equal([2, 4, 6, -8], map.Data);
        Assert.Equal((1 * 2) - 4 + (2 * 6) - (0.5 * 8), result.GetProperty("score").GetDouble(), 1e-6);
        var (total, _, _) = await Explain(model, await Vector(), "--method gradient --target 0 --output total");
        Assert.Equal([3, 7, 11, -1], total.Data);
        foreach (var output in (string[])["n", "Y"])
        {
            var refused = await Refused(model, await Vector(), $"--method gradient --target 0 --output {output}");
            Assert.Equal(3, refused.Exit);
            Assert.Contains("SAL2015", refused.Error, StringComparison.Ordinal);
            Assert.Contains("'total'", refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gradient")]
    [InlineData("integrated-gradients --steps 8 --micro-batch 4")]
    [InlineData("occlusion --window 1,2 --stride 1,2 --micro-batch 3")]
    public async Task Places_that_are_flattened_with_the_batch_belong_to_their_images(string method)
    {
        static ModelBuilder Detector(long first, params long[] shape) => new ModelBuilder(11).Input("x", first, 1, 2, 4).Weight("w", [4, 3], 1, 2, 3, 4, -5, 6, 7, 8, -9, 10, 11, 12)
            .Node("MatMul", "x w", "m").Node("Mul", "m m", "s").Longs("shape", shape).Node("Reshape", "s shape", "y").Results("y");
        var image = Path.Combine(Out, "v.npy");
        await File.WriteAllBytesAsync(image, NpyFile.Write(new([1, 2, 4], [1, -1, 2, 0.5f, 0.25f, 3, -2, 1])), TestContext.Current.CancellationToken);
        var (flat, result, _) = await Explain(await Written("flat", Detector(-1, -1, 3)), image, $"--target 1,2 --method {method}");
        var (rows, expected, _) = await Explain(await Written("rows", Detector(-1, -1, 2, 3)), image, $"--target 1,2 --method {method}");
        Assert.Equal(rows.Data, flat.Data);
        Assert.Equal(expected.GetProperty("score").GetDouble(), result.GetProperty("score").GetDouble());
    }

    [Fact]
    public async Task Labels_are_those_of_the_output_that_they_fit()
    {
        var labels = Path.Combine(Out, "labels.txt");
        await File.WriteAllTextAsync(labels, "a\nb\nc\nd\ne\n", TestContext.Current.CancellationToken);
        var (_, result, _) = await Explain(TwoOutputs, Image, $"--method gradient --target d --labels {labels}");
        Assert.Equal("d", result.GetProperty("label").GetString());
        var refused = await Refused(TwoOutputs, Image, $"--method gradient --target d --output first --labels {labels}");
        Assert.Contains("SAL2010", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_are_shown()
    {
        var shown = (await Run.Of("models", "show", TwoOutputs)).Out;
        Assert.Matches(@"output +second \[5\]", shown);
        Assert.Matches(@"--output +first \[4\]", shown);
        Assert.Matches(@"output +first \[4\], logits before the final Sigmoid", (await Run.Of("models", "show", TwoOutputs, "--output", "first")).Out);
    }

    private Task<string> Vector() => Written("v", new Tensor([4], [1, -1, 2, 0.5f]));
}
