using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Requests;

/// <summary>What one request may take: refused before anything is planned, in little memory.</summary>
public sealed class RequestBoundsTests
{
    // Nothing that is refused may need more than its own text, a few times.
    private const long MaxAllocated = 64 << 20;

    private static readonly string ManyBaselines = string.Concat(Enumerable.Repeat("zeros,", 20_000));
    private static readonly string SomeBaselines = string.Join(',', Enumerable.Repeat("zeros", 256));
    private static readonly ModelSummary Model = Of(3, 224, 224);

    /// <summary>Each method with everything that it reads at its greatest, by itself and with noise around it.</summary>
    public static TheoryData<string, string?, string> Greatest
    {
        get
        {
            var data = new TheoryData<string, string?, string>();
            foreach (var method in MethodCatalog.All.Where(m => !m.Description.NeedsDetection)) // the model is no detector
                foreach (var smooth in method.WhyNotSmoothed is null ? new[] { null, "smoothgrad", "vargrad" } : [null])
                    foreach (var size in new[] { "224", "15000" })
                        data.Add(method.Name, smooth, size);
            return data;
        }
    }

    public static TheoryData<string, int> Attacks
    {
        get
        {
            var data = new TheoryData<string, int>();
            for (var i = 0; i < Requests.Length; i++) data.Add(Requests[i].Cap, i);
            return data;
        }
    }

    private static readonly (string Cap, ExplanationRequest Request)[] Requests =
    [
        // The first wrapped around in 32 bits and passed every quota as one point.
        ("MaxBaselines", new() { Method = "integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000, Baseline = ManyBaselines }),
        ("MaxPoints", new() { Method = "integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000, Baseline = SomeBaselines }),
        ("MaxPoints", new() { Method = "integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000, Baseline = string.Join(',', Enumerable.Repeat("zeros", 22)) }),
        ("MaxPoints", new() { Method = "integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000 }),
        ("MaxPoints", new() { Method = "integrated-gradients", Steps = 512, Rule = "adaptive", Smooth = "vargrad", Samples = 100_000 }),
        ("MaxPoints", new() { Method = "integrated-gradients", Steps = 1000, Baseline = SomeBaselines }),
        ("MaxBaselines", new() { Method = "expected-gradients", Baseline = ManyBaselines }),
        ("MaxPoints", new() { Method = "expected-gradients", Samples = 100_000, Smooth = "smoothgrad", SmoothSamples = 100_000 }),
        ("MaxPoints", new() { Method = "rise", Samples = 100_000, Smooth = "smoothgrad", SmoothSamples = 100_000 }),
        ("MaxPoints", new() { Method = "xrai", Steps = 1000, Baseline = SomeBaselines }),
        ("MaxPoints", new() { Method = "idgi", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000 }),
        ("MaxPoints", new() { Method = "guided-integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000 }),
        ("MaxPoints", new() { Method = "blur-integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000 }),
        ("MaxPoints", new() { Method = "occlusion", Window = [1, 1], Stride = [1, 1], Smooth = "smoothgrad", Samples = 100_000 }),
        ("MaxOperations", new() { Method = "integrated-gradients", Steps = 2, Baseline = string.Join(',', Enumerable.Repeat("blur:1000", 256)) }),
    ];

    [Theory, MemberData(nameof(Attacks))]
    public void What_takes_too_much_is_refused_with_the_bound_and_its_setting(string cap, int attack)
    {
        var errors = Refused(Requests[attack].Request, Model)!.Errors;
        Assert.All(errors, e => Assert.Equal("SAL2005", e.Code));
        var error = Assert.Single(errors, e => e.What.Contains($"; {cap} allows ", StringComparison.Ordinal));
        Assert.EndsWith($"or raise Saliency:Requests:{cap}.", error.Next, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Greatest))]
    public void Every_method_at_its_greatest_is_refused_or_within_the_bounds(string method, string? smooth, string size)
    {
        var side = int.Parse(size, System.Globalization.CultureInfo.InvariantCulture);
        var model = Of(3, side, side);
        var known = MethodCatalog.Find(method)!;
        var request = new ExplanationRequest { Method = method, Smooth = smooth, Relu = Reads("relu") && smooth == "vargrad"
            ? false : null };
        if (Reads("steps")) request = request with { Steps = 1000 };
        if (Reads("samples") || smooth is not null) request = request with { Samples = 100_000 };
        if (Reads("samples") && smooth is not null) request = request with { SmoothSamples = 100_000 };
        if (Reads("window")) request = request with { Window = [1, 1], Stride = [1, 1] };
        var refused = Refused(request, model);
        if (refused is not null)
        {
            Assert.All(refused.Errors, e => Assert.Equal("SAL2005", e.Code));
            return;
        }
        var bounds = RequestBounds.Default;
        var cost = RequestResolver.CostOf(RequestResolver.Resolve(request, model, []));
        Assert.InRange(cost.Points, 1, bounds.MaxPoints);
        Assert.InRange(cost.StateBytes, 1, bounds.MaxStateBytes);
        Assert.InRange(cost.Operations, 0, bounds.MaxOperations);

        bool Reads(string option) => known.Description.Options.Any(o => o.Name == option);
    }

    [Theory]
    [InlineData("3,15000,15000")]
    [InlineData("3,2147483648,2147483648")]
    [InlineData("1,1,9223372036854775807")]
    public void An_image_that_does_not_fit_into_the_state_is_refused_for_every_method(string text)
    {
        long[] shape = [.. text.Split(',').Select(d => long.Parse(d, System.Globalization.CultureInfo.InvariantCulture))];
        foreach (var method in MethodCatalog.All.Where(m => !m.Description.NeedsDetection))
            Assert.All(Refused(new() { Method = method.Name }, Of(shape))!.Errors, e => Assert.Equal("SAL2005", e.Code));
    }

    [Fact]
    public void Outputs_that_do_not_fit_into_the_state_are_refused()
    {
        var model = Model with { OutputShape = [1000, 1000, 1000] };
        Assert.Contains("bytes of state", Refused(new() { Method = "gradient", Target = "1,:,:" }, model)!.What, StringComparison.Ordinal);
        var error = Assert.Throws<RequestException>(() => ResolvedRequest.ForOutputs(Model with { OutputShape = [150_000] }, [], new Attribution.Points.Perturbations.RemovedSquares(10_000, 0.2, 0)));
        Assert.Equal("SAL2005", error.Code);
    }

    [Fact]
    public void Bounds_can_be_raised_and_lowered()
    {
        var request = new ExplanationRequest { Method = "smoothgrad", Samples = 1000 };
        Assert.NotNull(Refused(request, Model, new() { MaxPoints = 1000 }));
        Assert.Null(Refused(request, Model, new() { MaxPoints = 1002 }));
        Assert.Null(Refused(request with { Samples = 100_000 }, Model));
        Assert.Equal(4, new RequestBounds { MaxPoints = 0, MaxBaselines = 0, MaxStateBytes = 0, MaxOperations = 0 }.Mistakes().Count());
        Assert.Empty(RequestBounds.Default.Mistakes());
    }

    [Fact]
    public void Methods_that_are_compared_count_together()
    {
        var request = new ExplanationRequest { Method = "smoothgrad", Samples = 100_000 };
        Assert.Equal(2, RequestResolver.ResolveAll([request, request], Model, []).Count);
        var error = Assert.Throws<RequestException>(() => RequestResolver.ResolveAll([request, request, request], Model, []));
        Assert.Equal("The request takes 300003 points an image; MaxPoints allows 250000.", error.What);
    }

    [Fact]
    public void Where_the_model_takes_images_of_any_size_each_image_is_checked()
    {
        var network = FakeNetwork.Linear(1, 8, 8);
        var free = network.Summary with { ImageShape = [1, -1, -1] };
        var request = RequestResolver.Resolve(
            new() { Method = "occlusion", Window = [1, 1], Stride = [1, 1] }, free, ["a", "b", "c"], new() { MaxPoints = 224 * 224 + 2 });
        _ = new ExplanationRun(request, Tensor.Zeros([1, 224, 224]), 0);
        var error = Assert.Throws<RequestException>(() => new ExplanationRun(request, Tensor.Zeros([1, 225, 224]), 0));
        Assert.Equal("SAL2005", error.Code);
    }

    [Theory]
    [InlineData("target")]
    [InlineData("rule")]
    [InlineData("baseline")]
    [InlineData("layer")]
    [InlineData("smooth")]
    [InlineData("method")]
    public void A_text_of_megabytes_is_refused_without_being_read_or_repeated(string field)
    {
        var text = new string('x', 4 << 20);
        var request = new ExplanationRequest { Method = field == "method" ? text : "integrated-gradients" };
        if (field != "method") request = OptionCatalog.Find(field)!.Parse(request, text)!;
        var error = Assert.Single(Refused(request, Model)!.Errors);
        Assert.Equal(("SAL2003", field), (error.Code, error.Field));
        Assert.InRange(error.What.Length, 1, 400);
    }

    [Theory]
    [InlineData("target", "SAL2010")]
    [InlineData("rule", "SAL2003")]
    [InlineData("layer", "SAL2021")]
    [InlineData("method", "SAL2001")]
    public void A_long_text_is_told_by_its_start(string field, string code)
    {
        var text = new string('x', 5000);
        var request = new ExplanationRequest { Method = field == "method" ? text : field == "layer" ? "gradient" : "integrated-gradients" };
        if (field != "method") request = OptionCatalog.Find(field)!.Parse(request, text)!;
        var error = Assert.Single(Refused(request, Model)!.Errors);
        Assert.Equal(code, error.Code);
        Assert.Contains("xxx.. (5000 characters)", error.What, StringComparison.Ordinal);
        Assert.InRange(error.What.Length, 1, 600);
    }

    private static RequestException? Refused(ExplanationRequest request, ModelSummary model, RequestBounds? bounds = null)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            RequestResolver.Resolve(request, model, [], bounds);
            return null;
        }
        catch (RequestException refused)
        {
            return refused;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }
    }

    private static ModelSummary Of(params long[] shape) => new(
        "fake", 13, "input", shape, "logits", [3], true, false, [new("/conv", "Conv", [4, 8, 8], true)], "/conv", [], 1, 0)
    {
        Attention = new([new("/softmax", 2, 65, 65, null)], null, null),
    };
}
