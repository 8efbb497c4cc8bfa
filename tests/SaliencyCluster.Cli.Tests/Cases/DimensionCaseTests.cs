using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>Inputs that are no pictures: every method explains them, or says why not, before anything is computed.</summary>
public sealed class DimensionCaseTests : CaseFolder
{
    public static TheoryData<int[]> Shapes => new([6], [5, 6], [12, 1], [2, 4, 5, 6], [1, 1, 1, 1, 3], [16, 4, 4], [2, 1, 1]);

    [Theory, MemberData(nameof(Shapes))]
    public async Task Every_method_explains_it_or_says_why_not(int[] shape)
    {
        var count = shape.Aggregate(1, (n, d) => n * d);
        var random = new Random(count);
        var model = Path.Combine(Out, "m.onnx");
        var builder = new ModelBuilder().Input("x", [-1, .. shape.Select(d => (long)d)]).Weight("w", [count, 2], [.. Enumerable.Range(0, 2 * count).Select(_ => random.NextSingle() - 0.5f)])
            .Node("Flatten", "x", "f").Node("MatMul", "f w", "m").Node("Relu", "m", "y").Output("y", -1, 2);
        await File.WriteAllBytesAsync(model, builder.ToBytes(), TestContext.Current.CancellationToken);
        var image = Path.Combine(Out, "v.npy");
        await File.WriteAllBytesAsync(image, NpyFile.Write(new(shape, [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())])), TestContext.Current.CancellationToken);
        var shown = await Run.Of("models", "show", model);
        Assert.True(shown.Exit == 0, shown.Error);
        foreach (var method in MethodCatalog.All.Select(m => m.Name))
        {
            var run = await Refused(model, image, $"--method {method} --target 1", Path.Combine(Out, method));
            Assert.True(run.Exit is 0 or 3, $"{method}: exit {run.Exit}, {run.Error}");
            if (run.Exit == 0) Assert.Contains(Directory.EnumerateFiles(Path.Combine(Out, method, "v")), f => f.EndsWith(method + ".npy", StringComparison.Ordinal));
            else Assert.Matches("SAL2\\d\\d\\d", run.Error);
            // What `models show` promises is kept.
            if (System.Text.RegularExpressions.Regex.IsMatch(shown.Out, $"(?m)^{method} +yes")) Assert.True(run.Exit == 0, $"{method} was promised: {run.Error}");
        }
    }

    [Fact]
    public async Task A_volume_has_the_gradient_of_its_convolution()
    {
        var model = Path.Combine(Out, "m.onnx");
        await File.WriteAllBytesAsync(model, new ModelBuilder().Input("x", -1, 1, 3, 3, 3).Weight("w", [1, 1, 3, 3, 3], [.. Enumerable.Range(0, 27).Select(i => (float)i)])
            .Node("Conv", "x w", "c").Node("Flatten", "c", "y").Output("y", -1, 1).ToBytes(), TestContext.Current.CancellationToken);
        var image = Path.Combine(Out, "v.npy");
        await File.WriteAllBytesAsync(image, NpyFile.Write(new([1, 3, 3, 3], [.. Enumerable.Repeat(1f, 27)])), TestContext.Current.CancellationToken);
        var (map, _, _) = await Explain(model, image, "--method gradient --target 0");
        Assert.Equal([1, 3, 3, 3], map.Shape);
        Assert.Equal(Enumerable.Range(0, 27).Select(i => (float)i), map.Data);
    }
}
