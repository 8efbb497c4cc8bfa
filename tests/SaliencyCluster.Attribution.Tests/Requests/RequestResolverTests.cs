using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Requests;

public class RequestResolverTests
{
    private static readonly ModelSummary Model = FakeNetwork.Linear(1, 8, 8).Summary with
    {
        Layers = [new("/conv/out", "Conv", [4, 8, 8], true), new("/flat", "Flatten", [256], false)], LastConvolution = "/conv/out",
    };

    public static TheoryData<ExplanationRequest, string> Wrong => new()
    {
        { new() { Method = "smothgrad" }, "SAL2001: There is no method 'smothgrad'. Did you mean 'smoothgrad'? " },
        { new() { Method = "gradient", Steps = 5 }, "SAL2002: Method 'gradient' does not read option 'steps'. Leave it out, or use one that it reads: layer." },
        { new() { Method = "smoothgrad", Samples = 0 }, "SAL2003: Option 'samples' is '0'. It must be a whole number from 1 to 100000." },
        { new() { Method = "smoothgrad", Stdev = double.NaN }, "SAL2003: Option 'stdev' is 'NaN'. It must be a number from 0 to 1000." },
        { new() { Method = "smoothgrad", Samples = 3, Sampling = "antithetic" }, "SAL2003: Antithetic samples come in pairs, but 'samples' is 3. Give an even number." },
        { new() { Method = "integrated-gradients", Steps = 1001 }, "SAL2003: Option 'steps' is '1001'. It must be a whole number from 1 to 1000." },
        { new() { Method = "integrated-gradients", Rule = "gauslegendre" }, "SAL2003: Option 'rule' is 'gauslegendre'. Did you mean 'gausslegendre'? It must be " },
        { new() { Method = "integrated-gradients", Rule = "riemann_trapezoid", Steps = 1 }, "SAL2003: Rule 'riemann_trapezoid' touches both ends of the path, so it needs at least 2 steps. " },
        { new() { Method = "gradient", Target = "cta" }, "SAL2010: Target 'cta' is neither an index nor a label of the model. Did you mean 'cat'? Labels: cat, dog, fox." },
        { new() { Method = "gradient", Target = "1,2" }, "SAL2012: Target '1,2' has 2 indices; the model's output 'logits' has shape [3]. " },
        { new() { Method = "gradient", Target = "3" }, "SAL2013: Target '3' lies outside the model's output 'logits' of shape [3]. Indices start at 0." },
        { new() { Method = "grad-cam", Layer = "/conv/oot" }, "SAL2021: The model has no float tensor '/conv/oot' between image and output. Did you mean '/conv/out'? " },
        { new() { Method = "grad-cam", Layer = "/flat" }, "SAL2022: Layer '/flat' has shape [256]; method 'grad-cam' needs channels and a spatial grid. Choose one such as '/conv/out'." },
        { new() { Method = "occlusion", Window = [9, 2] }, "SAL2003: The window's height is 9, the image's 8. Give a window that fits into the image." },
        { new() { Method = "occlusion", Window = [2, 2], Stride = [1, 3] }, "SAL2003: The stride's width is 3, the window's 2: pixels between windows would never be covered. " },
        { new() { Method = "shapley", Segments = "slic:1" },
            "SAL2003: Option 'segments' is 'slic:1'; it must be grid:N with N from 1 to 64, slic:N with N from 2 to 1024, " },
        { new() { Method = "lime", Segments = "quick:9" },
            "SAL2003: Option 'segments' is 'quick:9'; it must be grid:N with N from 1 to 64, " },
        { new() { Method = "kernel-shap", Segments = "felzenszwalb:NaN" },
            "SAL2003: Option 'segments' is 'felzenszwalb:NaN'; it must be grid:N with N from 1 to 64, " },
        { new() { Method = "feature-ablation", Segments = "grid:0" },
            "SAL2003: Option 'segments' is 'grid:0'; it must be grid:N with N from 1 to 64, " },
        { new() { Method = "feature-ablation", Segments = "grid:9" }, "SAL2003: A grid of 9 x 9 segments does not fit an image of shape " },
        { new() { Method = "shapley", Baseline = "zeros,ones" }, "SAL2003: Method 'shapley' replaces segments by one baseline, but 'zeros,ones' names several. Give one baseline." },
        { new() { Method = "occlusion", Window = [2] }, "SAL2003: Option 'window' is '2'. It must be height,width in pixels, each at least 1." },
        { new() { Method = "occlusion", Baseline = "zeros,ones" }, "SAL2003: Method 'occlusion' replaces windows by one baseline, but 'zeros,ones' names several. Give one baseline." },
        { new() { Method = "layer-cam", Smooth = "vargrad" }, "SAL2003: The sums of squares of 'layer-cam' are those of signed maps, but 'relu' is true. Give `--relu false`, or `--smooth smoothgrad`." },
        { new() { Method = "smoothgrad", Smooth = "vargrad" }, "SAL2004: Noise cannot be wrapped around method 'smoothgrad': it is a mean over noisy images already, and noise around noise is noise of a greater `stdev`. Leave out `--smooth`." },
        { new() { Method = "gradient", Smooth = "smooth" }, "SAL2003: Option 'smooth' is 'smooth'. It must be `smoothgrad`, `smoothgrad-squared`, `vargrad`." },
        { new() { Method = "gradient", MicroBatch = 0 }, "SAL2003: Option 'micro-batch' is '0'. It must be a whole number from 1 to 512." },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_request_says_what_is_wrong_and_what_to_do(ExplanationRequest request, string message) =>
        Assert.StartsWith(message, Assert.Throws<RequestException>(() => Resolve(request)).Message, StringComparison.Ordinal);

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var error = Assert.Throws<RequestException>(() => Resolve(new() { Method = "smoothgrad", Samples = 0, Stdev = -1, Target = "owl", Steps = 4, Score = "odds" }));
        Assert.Equal(["target", "score", "steps", "samples", "stdev"], error.Errors.Select(e => e.Field));
        Assert.StartsWith("SAL2010: 5 things are wrong with the request. (1) Target 'owl'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_serve_a_method_says_why()
    {
        string Refusal(string method, ModelSummary model) =>
            Assert.Throws<RequestException>(() => RequestResolver.Resolve(new() { Method = method }, model, [])).Message;
        Assert.StartsWith("SAL2030: Method 'gradient' needs gradients, but 1 node(s) of the model have no gradient rule: ArgMax at 'x'.", Refusal("gradient", Model with { MissingRules = ["ArgMax at 'x'"] }), StringComparison.Ordinal);
        Assert.StartsWith("SAL2031: Method 'guided-backprop' changes how gradients pass Relu, but the model has no Relu", Refusal("guided-backprop", Model with { Relus = 0 }), StringComparison.Ordinal);
        Assert.StartsWith("SAL2032: Method 'grad-cam' needs a layer", Refusal("grad-cam", Model with { Layers = [] }), StringComparison.Ordinal);
        Assert.StartsWith("SAL2011: The model's output 'logits' has shape [3,4,4]", Refusal("gradient", Model with { OutputShape = [3, 4, 4] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_filled_in()
    {
        var asked = Resolve(new() { Method = "smoothgrad" }).Options;
        Assert.Equal(("predicted", "logit", 50, 0.15, "relative", "independent", 0UL), (asked.Target, asked.Score, asked.Samples, asked.Stdev, asked.StdevKind, asked.Sampling, asked.Seed));
        Assert.Equal("/conv/out", Resolve(new() { Method = "grad-cam" }).Options.Layer);
        Assert.Equal([1, 1], Resolve(new() { Method = "occlusion" }).Options.Window!);
    }

    [Theory]
    [InlineData("dog", "1")]
    [InlineData(" 2", "2")]
    [InlineData("predicted", "predicted")]
    public void Labels_and_indices_become_indices(string target, string resolved) =>
        Assert.Equal(resolved, Resolve(new() { Method = "gradient", Target = target }).Options.Target);

    [Fact]
    public void Segmentation_targets_select_and_sum()
    {
        var model = Model with { OutputShape = [3, 2, 2] };
        Assert.Equal("1,:,:", RequestResolver.Resolve(new() { Method = "gradient", Target = "dog" }, model, ["cat", "dog", "fox"]).Options.Target);
        var seeds = new float[2 * 12];
        Attribution.Rounds.OutputGradients.Fill("1,:,0", [3, 2, 2], seeds);
        Assert.Equal([0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0], seeds);
    }

    [Fact]
    public void Requests_survive_json()
    {
        var resolved = Resolve(new() { Method = "occlusion", Window = [2, 3], Seed = ulong.MaxValue });
        var json = JsonSerializer.Serialize(resolved);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ResolvedRequest>(json)));
    }

    [Theory]
    [InlineData(784, 50, 25)]
    [InlineData(3 * 32 * 32, 64, 32)]
    [InlineData(3 * 64 * 64, 50, 13)]
    [InlineData(3 * 224 * 224, 50, 4)]
    [InlineData(3 * 224 * 224, 1, 1)]
    public void Micro_batches_follow_from_image_and_points(int elements, int points, int expected) =>
        Assert.Equal(expected, WorkSize.MicroBatch(Model with { ImageShape = [1, 1, elements] }, points));

    [Fact]
    public void A_model_of_fixed_batch_runs_one_by_one() => Assert.Equal(1, WorkSize.MicroBatch(Model with { FreeBatch = false }, 50));

    [Fact]
    public void Shards_are_power_of_two_multiples_of_micro_batches()
    {
        foreach (var elements in new[] { 784, 12288, 150528, 786432 })
            foreach (var points in new[] { 1, 10, 50, 1000, 100_000 })
            {
                var model = Model with { ImageShape = [1, 1, elements] };
                var batch = WorkSize.MicroBatch(model, points);
                var batches = WorkSize.ShardPoints(model, points, batch) / batch;
                Assert.True(System.Numerics.BitOperations.IsPow2(batches), $"{elements} elements, {points} points: {batches}");
            }
    }

    private static ResolvedRequest Resolve(ExplanationRequest request) => RequestResolver.Resolve(request, Model, ["cat", "dog", "fox"]);
}
