using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Maps of a network with BatchNormalization against values that PyTorch computed in float64 by their definitions
/// (<c>tests/cams/reference.py</c>).</summary>
public sealed class CamReferenceTests
{
    private static readonly string Folder = Path.Combine(Repo.Root, "tests", "cams");
    private static readonly Reference Values = JsonSerializer.Deserialize<Reference>(
        File.ReadAllText(Path.Combine(Folder, "values.json")), JsonSerializerOptions.Web)!;

    private static readonly LocalModel Model = Read();

    public static TheoryData<string, ExplanationRequest> Requests => new()
    {
        { "full-grad", new() { Method = "full-grad" } },
        { "finer-cam", new() { Method = "finer-cam" } },
        { "finer-cam 1", new() { Method = "finer-cam", Finer = 1 } },
        { "grad-cam relu1,relu2", new() { Method = "grad-cam", Layer = "relu1, relu2" } },
    };

    [Theory, MemberData(nameof(Requests))]
    public async Task A_map_is_that_of_the_definition(string name, ExplanationRequest request)
    {
        var (expected, map) = (Values.Maps[name], await Explain(request));
        Assert.Equal(expected.Shape, map.Shape);
        Assert.InRange(expected.Values.Zip(map.Data, (e, m) => Math.Abs(e - m)).Max() / expected.Values.Max(Math.Abs), 0, 1e-4);
    }

    /// <summary>More classes than there are leave none to hold the target against but all others.</summary>
    [Fact]
    public async Task Finer_takes_all_other_classes_at_the_most() => Assert.Equal(
        (await Explain(new() { Method = "finer-cam", Finer = 5 })).Data, (await Explain(new() { Method = "finer-cam", Finer = 1000 })).Data);

    [Theory]
    [InlineData("finer-cam", 0, "SAL2003"), InlineData("finer-cam", 1001, "SAL2003"), InlineData("grad-cam", 3, "SAL2002")]
    public void Finer_is_checked(string method, int finer, string code) => Assert.Contains(
        Assert.Throws<RequestException>(() => RequestResolver.Resolve(
            new() { Method = method, Finer = finer, Target = "0" }, Model.Summary, [])).Errors, e => e.Code == code);

    [Fact]
    public async Task One_layer_named_twice_is_that_layer_scaled()
    {
        var (one, two) = (await Explain(new() { Method = "hires-cam", Layer = "relu2" }), await Explain(
            new() { Method = "hires-cam", Layer = "relu2,relu2" }));
        var most = one.Data.Max(Math.Abs);
        for (var i = 0; i < one.Data.Length; i++) Assert.Equal(one.Data[i] / most, two.Data[i], 1e-6f);
    }

    [Fact]
    public async Task Noise_without_width_around_several_layers_changes_nothing()
    {
        var request = new ExplanationRequest { Method = "grad-cam", Layer = "relu1,relu2" };
        var (plain, smooth) = (await Explain(request), await Explain(request with { Smooth = "smoothgrad", Samples = 2, Stdev = 0 }));
        for (var i = 0; i < plain.Data.Length; i++) Assert.Equal(plain.Data[i], smooth.Data[i], 1e-6f);
    }

    [Theory]
    [InlineData("grad-cam", "relu1,nothing", "SAL2021")]
    [InlineData("grad-cam", "relu1,last-tokens", "SAL2020")]
    [InlineData("grad-cam", "relu1,scores", "SAL2022")]
    [InlineData("ablation-cam", "relu1,relu2", "SAL2021")]
    public void Each_of_several_layers_is_checked(string method, string layers, string code) => Assert.Contains(
        Assert.Throws<RequestException>(() => RequestResolver.Resolve(
            new() { Method = method, Layer = layers, Target = "0" }, Model.Summary, [])).Errors, e => e.Code == code);

    [Fact]
    public void Finer_is_refused_where_there_are_no_classes_to_hold_the_target_against()
    {
        var grid = Model.Summary with { OutputShape = [6, 4, 4] };
        var error = Assert.Single(Assert.Throws<RequestException>(() => RequestResolver.Resolve(
            new() { Method = "finer-cam", Target = "1,:,:" }, grid, [])).Errors);
        Assert.Equal("SAL2036", error.Code);
    }

    private static LocalModel Read()
    {
        var model = ModelReader.ReadFile(Path.Combine(Folder, "norms.onnx"));
        return new(model, ModelSummary.Of(model), []);
    }

    private static async Task<Tensor> Explain(ExplanationRequest request)
    {
        await using var engine = new LocalEngine();
        return (await engine.ExplainAsync(
            Model, request with { Target = $"{Values.Target}" }, new(Values.Shape, [.. Values.Image.Select(v => v / 255f)]), 0,
            TestContext.Current.CancellationToken)).Estimate.Map;
    }

    private sealed record Reference(int[] Shape, int[] Image, int Target, Dictionary<string, Map> Maps);

    private sealed record Map(int[] Shape, double[] Values);
}
