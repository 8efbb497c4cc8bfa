namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>Models that leave height and width free: scores, targets and layers are those of the image at hand.</summary>
public sealed class SizeCaseTests : CaseFolder
{
    private static readonly string Free = Case("free-size-scores", "free_seg.onnx"), Fixed = Case("free-size-scores", "fix_seg.onnx"), Image = Case("free-size-scores", "fr.npy");
    private static readonly string Classifier = Case("free-size-layers", "free_cls.onnx"), Small = Case("free-size-layers", "fr.npy");

    [Theory]
    [InlineData("integrated-gradients --steps 16")]
    [InlineData("idgi --steps 8")]
    [InlineData("occlusion --window 6,6 --stride 6,6")]
    [InlineData("occlusion")] // the window follows from the image's size
    [InlineData("rise --samples 10")]
    public async Task A_free_size_gives_the_map_and_score_of_the_same_fixed_size(string method)
    {
        var (free, result, _) = await Explain(Free, Image, $"--target 2,:,: --method {method}");
        var (whole, expected, _) = await Explain(Fixed, Image, $"--target 2,:,: --method {method}");
        Assert.Equal(whole.Data, free.Data);
        foreach (var name in (string[])["score", "baselineScore", "convergenceDelta", "parameters"])
            Assert.Equal(expected.GetProperty(name).ToString(), result.GetProperty(name).ToString());
    }

    [Fact]
    public async Task Scores_and_delta_are_those_of_float64()
    {
        var (_, result, _) = await Explain(Free, Image, "--target 2,:,: --method integrated-gradients --steps 16");
        Assert.Equal(79.063935, result.GetProperty("score").GetDouble(), 1e-3);
        Assert.Equal(8.497624, result.GetProperty("baselineScore").GetDouble(), 1e-4);
        Assert.Equal(-0.0915, result.GetProperty("convergenceDelta").GetDouble(), 1e-3);
    }

    [Theory]
    [InlineData("2,100,100")]
    [InlineData("2,24,0")]
    public async Task A_target_outside_the_output_of_this_image_is_refused(string target)
    {
        var refused = await Refused(Free, Image, $"--target {target} --method gradient");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("SAL2013", refused.Error, StringComparison.Ordinal);
        Assert.Contains("[4,24,40]", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_beyond_the_size_of_a_stand_in_is_explained()
    {
        // One channel kept in place: element (0,y,x) is the pixel, so the gradient is 1 there and the score its value.
        var model = Case("wild", "dyn_tiny.onnx");
        var (map, result, _) = await Explain(model, Case("wild", "dyn_tiny_96x160.npy"), "--target 0,50,100 --method occlusion --window 24,40 --stride 24,40");
        var image = Imaging.NpyFile.ReadFile(Case("wild", "dyn_tiny_96x160.npy"));
        Assert.Equal(image.Shape, map.Shape);
        var (gradient, _, _) = await Explain(model, Case("wild", "dyn_tiny_96x160.npy"), "--target 0,50,100 --method gradient");
        var linear = gradient.Data.Zip(image.Data, (g, x) => (double)g * x).Sum();
        Assert.Equal(linear, result.GetProperty("score").GetDouble(), Math.Abs(linear) * 1e-5);
        Assert.Equal(3, (await Refused(model, Case("wild", "dyn_tiny_96x160.npy"), "--target 0,200,200 --method gradient")).Exit);
    }

    [Theory]
    [InlineData("grad-cam", new[] { 1, 12, 20 })]
    [InlineData("grad-cam-plus-plus", new[] { 1, 12, 20 })]
    [InlineData("layer-cam", new[] { 1, 12, 20 })]
    [InlineData("hires-cam", new[] { 1, 12, 20 })]
    [InlineData("eigen-cam", new[] { 1, 12, 20 })]
    [InlineData("eigen-grad-cam", new[] { 1, 12, 20 })]
    [InlineData("score-cam", new[] { 1, 12, 20 })]
    [InlineData("gradient --layer last-conv", null)]
    [InlineData("smoothgrad --layer last-conv --samples 4", null)]
    [InlineData("guided-grad-cam", null)]
    public async Task A_layer_has_the_grid_that_this_image_gives_it(string method, int[]? shape)
    {
        var (map, _, _) = await Explain(Classifier, Small, $"--target 1 --method {method}");
        if (shape is not null) Assert.Equal(shape, map.Shape);
        Assert.Contains(map.Data, v => v != 0);
    }

    [Fact]
    public async Task A_window_larger_than_this_image_is_refused()
    {
        var refused = await Refused(Free, Image, "--target 2,:,: --method occlusion --window 100,100 --stride 100,100");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("SAL2003", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Free_dimensions_are_shown_as_such()
    {
        var shown = (await Run.Of("models", "show", Free)).Out;
        Assert.Contains("[4,?,?]", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("224", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Free_channels_are_those_that_the_first_convolution_reads()
    {
        var model = Case("free-channels", "hf.onnx");
        Assert.Contains("pixel_values [3,?,?]", (await Run.Of("models", "show", model)).Out, StringComparison.Ordinal);
        await Explain(model, Repo.PictureOfACat(Out), "--method gradient --target 1 --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5");
    }

    private static class Repo
    {
        public static string PictureOfACat(string folder)
        {
            var rgb = new byte[64 * 64 * 3];
            new Random(3).NextBytes(rgb);
            var path = Path.Combine(folder, "cat.png");
            File.WriteAllBytes(path, Imaging.PictureEncoder.Png(new(64, 64, rgb)));
            return path;
        }
    }
}
